/**
 * Square: HMAC-SHA256 in base64 over the notification's address and the body. The address is the one that its console has: what
 * a proxy makes of `Host` is nobody's proof.
 *
 * @see https://developer.squareup.com/docs/webhooks/step3validate
 * @module
 */
import { z } from "zod";
import { bodyHmac } from "../body_hmac.ts";
import { keys, KeyText } from "../keys.ts";

const settings = z.strictObject({
  secrets: keys(KeyText),
  notification_url: z.url({
    protocol: /^https?$/,
    error:
      "must be the address that Square's console has for this endpoint, to the letter",
  }),
});

export const square = bodyHmac({
  settings,
  header: "x-square-hmacsha256-signature",
  algorithm: "sha256",
  encoding: "base64",
  furtherHeaders: [
    "square-environment",
    "square-initial-delivery-timestamp",
    "square-retry-number",
  ],
  text: (body, { notification_url }) => [notification_url, body],
});
