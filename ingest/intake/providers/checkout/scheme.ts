/**
 * Checkout.com: HMAC-SHA256 of the body in hex. A workflow may send an authorization key beside it, which is checked if the
 * account has one.
 *
 * @see https://www.checkout.com/docs/developer-resources/event-notifications/receive-webhooks
 * @module
 */
import { CheckoutAccount } from "../../../provider_accounts/checkout.ts";
import { bodyHmac } from "../body_hmac.ts";
import type { Scheme } from "../scheme.ts";
import { passwordFault } from "../password_fault.ts";

const signed = bodyHmac<CheckoutAccount>({
  settings: CheckoutAccount,
  header: "cko-signature",
  algorithm: "sha256",
  encoding: "hex",
});

export const checkout: Scheme<CheckoutAccount> = {
  ...signed,
  credentialFault: (headers, { authorization }) =>
    passwordFault(headers, authorization),
};
