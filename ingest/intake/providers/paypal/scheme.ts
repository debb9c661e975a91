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
import { z } from "zod";
import { fromBase64 } from "../hmac.ts";
import type { Scheme } from "../scheme.ts";
import type { CertificateStore } from "./certificates.ts";

/** Of both runtimes; Deno's types of it are of an older Node. */
export const { crc32 } = zlib as unknown as {
  crc32(bytes: Uint8Array): number;
};

const settings = z.strictObject({
  /** Of the webhook, as PayPal's dashboard shows it: it is signed too, so that no other webhook's events are taken. */
  webhook_id: z.string().regex(
    /^\w{5,64}$/,
    "must be the webhook's id, such as 4JH86294D6297924G",
  ),
  environment: z.enum(["live", "sandbox"]).default("live"),
  /** PayPal tries again for three days. */
  tolerance_seconds: z.int().min(1).max(31 * 86_400).default(4 * 86_400),
});

const names = {
  id: "paypal-transmission-id",
  time: "paypal-transmission-time",
  signature: "paypal-transmission-sig",
  certificate: "paypal-cert-url",
  algorithm: "paypal-auth-algo",
} as const;

/** @param certificates where they are fetched, and kept */
export function paypalBy(
  certificates: Pick<CertificateStore, "keyAt" | "obstacle">,
): Scheme<z.infer<typeof settings>> {
  return {
    settings,
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
      const { webhook_id, environment, tolerance_seconds } = account;
      if (Math.abs(nowMs - sentMs) > tolerance_seconds * 1_000) {
        return "stale_timestamp";
      }
      const signature = fromBase64(text);
      if (signature === undefined || algorithm !== "SHA256withRSA") {
        return "bad_signature";
      }
      return async (body) => {
        const found = await certificates.keyAt(url, { environment, nowMs });
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
      refusal === "certificate_unavailable" ? certificates.obstacle : undefined,
    signedAtMs(headers) {
      const ms = Date.parse(headers.get(names.time) ?? "");
      return Number.isNaN(ms) ? undefined : ms;
    },
  };
}
