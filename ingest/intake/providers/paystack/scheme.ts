/**
 * Paystack: HMAC-SHA512 of the body in hex, by the secret key of the API.
 *
 * @see https://paystack.com/docs/payments/webhooks/
 * @module
 */
import { PaystackAccount } from "../../../provider_accounts/paystack.ts";
import { bodyHmac } from "../body_hmac.ts";

export const paystack = bodyHmac({
  settings: PaystackAccount,
  header: "x-paystack-signature",
  algorithm: "sha512",
  encoding: "hex",
});
