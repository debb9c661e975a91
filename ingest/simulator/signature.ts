import { createHmac } from "node:crypto";
import { webhookHeaders } from "#contracts/headers.ts";
import type { Webhook } from "./message.ts";

/** The provider that the simulator has played from the beginning: the one without accounts. */
export function ownWebhook(
  { url, secret }: { url: string; secret: string },
): Webhook {
  return {
    url,
    sign: ({ body, headers }, now) => ({
      body,
      headers: {
        "Content-Type": "application/json",
        ...headers,
        ...signatureHeaders(body, { secret, now }),
      },
    }),
  };
}

/**
 * The headers that prove who sent a body: lower-case hex of HMAC-SHA256 over the unix seconds, a full
 * stop and the body's bytes.
 */
export function signatureHeaders(
  body: Uint8Array,
  { secret, now }: { secret: string; now: number },
): Record<string, string> {
  const seconds = Math.floor(now / 1000).toString();
  const signature = createHmac("sha256", secret)
    .update(`${seconds}.`).update(body).digest("hex");
  return {
    [webhookHeaders.timestamp]: seconds,
    [webhookHeaders.signature]: signature,
  };
}
