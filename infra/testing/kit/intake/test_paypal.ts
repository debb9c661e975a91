/** For tests: PayPal, as far as it signs, with an authority of its own. */
import { createSign } from "node:crypto";
import * as zlib from "node:zlib";
import {
  authorityBy,
  type Certified,
  certifiedBy,
  privateKeyOf,
  selfSigned,
} from "./test_message_certificates.ts";

/** Deno's types of it are of an older Node. */
export const { crc32 } = zlib as unknown as {
  crc32(bytes: Uint8Array): number;
};

export const LIVE = "messageverificationcerts.paypal.com";
export const SANDBOX = "messageverificationcerts.sandbox.paypal.com";
export const CERT_URL =
  "https://api.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-1d93a270";
export const WEBHOOK_ID = "4JH86294D6297924G";

export const root = selfSigned({ subject: "/O=Test/CN=Test Root" });
export const between = authorityBy(root, {
  subject: "/O=Test/CN=Test Authority",
});
export const live = certifiedBy(between, {
  subject: `/O=PayPal\\, Inc./CN=${LIVE}`,
});

/** Certificates in one file, the first one's own in front. */
export function fileOf(...all: readonly Certified[]): string {
  return all.map(({ pem }) => pem).join("");
}

/** In place of `fetch`: an answer by address, and which were asked for. */
export function answering(
  answer: (url: string) => Response | Promise<Response>,
) {
  const asked: string[] = [];
  const fetch: typeof globalThis.fetch = (input) => {
    asked.push(String(input));
    return Promise.resolve(answer(String(input)));
  };
  return { fetch, asked };
}

/** The headers that PayPal sends a body with. */
export function paypalHeaders(
  body: Uint8Array,
  {
    by = live,
    id = "dfb3be50-fd74-11e4-8bf3-77339302725b",
    time,
    webhookId = WEBHOOK_ID,
    url = CERT_URL,
  }: {
    by?: Certified;
    id?: string;
    /** RFC 3339. */
    time: string;
    webhookId?: string;
    url?: string;
  },
): Record<string, string> {
  const signed = `${id}|${time}|${webhookId}|${crc32(body)}`;
  return {
    "PAYPAL-TRANSMISSION-ID": id,
    "PAYPAL-TRANSMISSION-TIME": time,
    "PAYPAL-TRANSMISSION-SIG": createSign("sha256").update(signed)
      .sign(privateKeyOf(by), "base64"),
    "PAYPAL-CERT-URL": url,
    "PAYPAL-AUTH-ALGO": "SHA256withRSA",
  };
}
