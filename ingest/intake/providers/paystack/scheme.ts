/**
 * Paystack: HMAC-SHA512 of the body in hex, by the secret key of the API.
 *
 * @see https://paystack.com/docs/payments/webhooks/
 * @module
 */
import { z } from "zod";
import { bodyHmac } from "../body_hmac.ts";
import { KeyText, secretsOf } from "../keys.ts";

const settings = z.strictObject(secretsOf(
  KeyText.refine(
    (text) => text.startsWith("sk_"),
    "must be the secret key of the API, which begins with sk_",
  ),
));

export const paystack = bodyHmac({
  settings,
  header: "x-paystack-signature",
  algorithm: "sha512",
  encoding: "hex",
});
