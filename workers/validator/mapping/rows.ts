/**
 * The providers whose webhooks become facts. To add one takes a file and a line.
 *
 * @module
 */
import { adyen } from "./adyen/adyen.ts";
import { braintree } from "./braintree/braintree.ts";
import { checkout } from "./checkout.ts";
import type { Mapping } from "./mapping.ts";
import { paypal } from "./paypal/paypal.ts";
import { paystack } from "./paystack.ts";
import { razorpay } from "./razorpay.ts";
import { shopify } from "./shopify.ts";
import { square } from "./square.ts";
import { standardWebhooks } from "./standard_webhooks.ts";
import { stripe } from "./stripe/stripe.ts";

const all: readonly Mapping[] = [
  adyen,
  braintree,
  checkout,
  paypal,
  paystack,
  razorpay,
  shopify,
  square,
  standardWebhooks,
  stripe,
];

const byProvider = new Map(all.map((mapping) => [mapping.provider, mapping]));

/** Whose webhooks are mapped, as raw records call them. */
export const mappedProviders: readonly string[] = all.map(({ provider }) =>
  provider
);

/** The mapping of a provider, by its name in raw records; undefined if there is none. */
export function mappingOf(provider: string): Mapping | undefined {
  return byProvider.get(provider);
}
