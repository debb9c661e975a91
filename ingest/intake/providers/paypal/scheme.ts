/**
 * PayPal: RSA with SHA-256 over id, time, the webhook's own id and the CRC-32 of the body, parted by bars. The certificate is
 * where a header says, which is believed of PayPal's own hosts alone.
 *
 * A CRC is no hash: who has one signed transmission can make another body for it. So of a transmission that is seen with two
 * bodies one is forged, and an account takes none that are old.
 *
 * @see https://developer.paypal.com/api/rest/webhooks/rest/#link-selfverificationmethod
 * @module
 */
import * as zlib from "node:zlib";
import { fromBase64 } from "../../../provider_accounts/encodings.ts";
import { PaypalAccount } from "../../../provider_accounts/paypal.ts";
import type { Scheme } from "../scheme.ts";
import type { CertificateStore } from "./certificates.ts";
import { standInStores } from "./stand_in.ts";

/** Of both runtimes; Deno's types of it are of an older Node. */
export const { crc32 } = zlib as unknown as {
  crc32(bytes: Uint8Array): number;
};

const names = {
  id: "paypal-transmission-id",
  time: "paypal-transmission-time",
  signature: "paypal-transmission-sig",
  certificate: "paypal-cert-url",
  algorithm: "paypal-auth-algo",
} as const;

/**
 * @param certificates where they are fetched, and kept
 * @param standIns the same, of accounts that have a stand-in for PayPal
 */
export function paypalBy(
  certificates: Pick<CertificateStore, "keyAt" | "obstacle">,
  standIns = standInStores(),
): Scheme<PaypalAccount> {
  // The one that was asked last: what was in its way is told.
  let asked = certificates;
  return {
    settings: PaypalAccount,
    signatureHeaders: [names.signature],
    furtherHeaders: [names.id, names.time, names.certificate, names.algorithm],
    required: {
      id: [names.id],
      timestamp: [names.time],
      signature: [names.signature],
      certificate: [names.certificate],
    },
    claimIn(headers, account, nowMs) {
      const [id, time, text, url, algorithm] = [
        names.id,
        names.time,
        names.signature,
        names.certificate,
        names.algorithm,
      ].map((name) => headers.get(name));
      if (id == null || time == null || text == null || url == null) {
        return "missing_header";
      }
      const sentMs = Date.parse(time);
      if (!/^\d{4}-\d\d-\d\dT/.test(time) || Number.isNaN(sentMs)) {
        return "invalid_timestamp";
      }
      const { webhook_id, environment, tolerance_seconds, development } =
        account;
      if (Math.abs(nowMs - sentMs) > tolerance_seconds * 1_000) {
        return "stale_timestamp";
      }
      const signature = fromBase64(text);
      if (signature === undefined || algorithm !== "SHA256withRSA") {
        return "bad_signature";
      }
      const store = development === undefined
        ? certificates
        : standIns(development);
      return async (body) => {
        asked = store;
        const found = await store.keyAt(url, { environment, nowMs });
        if (typeof found === "string") return found;
        const signed = `${id}|${time}|${webhook_id}|${crc32(body)}`;
        const isSigned = await crypto.subtle.verify(
          "RSASSA-PKCS1-v1_5",
          found.key,
          new Uint8Array(signature),
          new TextEncoder().encode(signed),
        );
        return isSigned ? { key: found.serial } : "bad_signature";
      };
    },
    obstacleOf: (refusal) =>
      refusal === "certificate_unavailable" ? asked.obstacle : undefined,
    signedAtMs(headers) {
      const ms = Date.parse(headers.get(names.time) ?? "");
      return Number.isNaN(ms) ? undefined : ms;
    },
  };
}
