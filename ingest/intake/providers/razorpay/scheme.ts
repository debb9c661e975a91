/**
 * Razorpay: HMAC-SHA256 of the body in hex. What is tried again keeps the secret that it was first signed with, so that the one
 * before stays among the keys for a day. Which event it is says a header alone.
 *
 * @see https://razorpay.com/docs/webhooks/validate-test/
 * @module
 */
import { RazorpayAccount } from "../../../provider_accounts/razorpay.ts";
import { bodyHmac } from "../body_hmac.ts";

export const razorpay = bodyHmac({
  settings: RazorpayAccount,
  header: "x-razorpay-signature",
  algorithm: "sha256",
  encoding: "hex",
  furtherHeaders: ["x-razorpay-event-id"],
});
