/**
 * Checkout.com: HMAC-SHA256 of the body in hex. A workflow may send an authorization key beside it, which is checked if the
 * account has one.
 *
 * @see https://www.checkout.com/docs/developer-resources/event-notifications/receive-webhooks
 * @module
 */
import { z } from "zod";
import { bodyHmac } from "../body_hmac.ts";
import { KeyText, secretsOf } from "../keys.ts";
import type { Scheme } from "../scheme.ts";
import { passwordFault } from "../password_fault.ts";

const settings = z.strictObject({
  ...secretsOf(KeyText),
  authorization: KeyText.optional(),
});

const signed = bodyHmac<z.infer<typeof settings>>({
  settings,
  header: "cko-signature",
  algorithm: "sha256",
  encoding: "hex",
});

export const checkout: Scheme<z.infer<typeof settings>> = {
  ...signed,
  credentialFault: (headers, { authorization }) =>
    passwordFault(headers, authorization),
};
