/**
 * The providers whose webhooks become facts. To add one takes a file and a line.
 *
 * @module
 */
import { braintree } from "./braintree/braintree.ts";
import { checkout } from "./checkout.ts";
import type { Mapping } from "./mapping.ts";
import { paystack } from "./paystack.ts";
import { razorpay } from "./razorpay.ts";
import { shopify } from "./shopify.ts";
import { square } from "./square.ts";
import { standardWebhooks } from "./standard_webhooks.ts";

const all: readonly Mapping[] = [
  braintree,
  checkout,
  paystack,
  razorpay,
  shopify,
  square,
  standardWebhooks,
];

const byProvider = new Map(all.map((mapping) => [mapping.provider, mapping]));

/** The mapping of a provider, by its name in raw records; undefined if there is none. */
export function mappingOf(provider: string): Mapping | undefined {
  return byProvider.get(provider);
}
