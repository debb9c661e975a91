/**
 * Razorpay: HMAC-SHA256 of the body in hex. What is tried again keeps the secret that it was first signed with, so that the one
 * before stays among the keys for a day. Which event it is says a header alone.
 *
 * @see https://razorpay.com/docs/webhooks/validate-test/
 * @module
 */
import { z } from "zod";
import { bodyHmac } from "../body_hmac.ts";
import { KeyText, secretsOf } from "../keys.ts";

const settings = z.strictObject(secretsOf(KeyText));

export const razorpay = bodyHmac({
  settings,
  header: "x-razorpay-signature",
  algorithm: "sha256",
  encoding: "hex",
  furtherHeaders: ["x-razorpay-event-id"],
});
