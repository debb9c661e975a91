/**
 * The providers that the simulator speaks for. To add one takes a file and a line.
 *
 * @module
 */
import type { ProviderName } from "../../provider_accounts/names.ts";
import type { PaypalAuthority } from "../paypal_authority/authority.ts";
import { adyen } from "./adyen.ts";
import { braintree } from "./braintree.ts";
import { checkout } from "./checkout.ts";
import { paypalBy } from "./paypal.ts";
import { paystack } from "./paystack.ts";
import { razorpay } from "./razorpay.ts";
import { shopify } from "./shopify.ts";
import { square } from "./square.ts";
import { standardWebhooks } from "./standard_webhooks.ts";
import { stripe } from "./stripe.ts";
import type { Voice } from "./voice.ts";

/** Of a voice each account has been read by its own settings, and by no other's. */
// deno-lint-ignore no-explicit-any -- only `any` lets a list hold voices of different accounts
export type AnyVoice = Voice<any>;

/** @param paypalAuthority made when it is first asked for, as keys take their time */
export function voicesBy(
  paypalAuthority: () => PaypalAuthority,
): readonly AnyVoice[] {
  const all: Readonly<Record<ProviderName, AnyVoice>> = {
    adyen,
    braintree,
    checkout,
    paypal: paypalBy(paypalAuthority),
    paystack,
    razorpay,
    shopify,
    square,
    "standard-webhooks": standardWebhooks,
    stripe,
  };
  return Object.values(all);
}
