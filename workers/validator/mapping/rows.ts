/**
 * The providers whose webhooks become facts. To add one takes a file and a line.
 *
 * @module
 */
import { adyen } from "./adyen/adyen.ts";
import type { Mapping } from "./mapping.ts";
import { paypal } from "./paypal/paypal.ts";
import { stripe } from "./stripe/stripe.ts";

const all: readonly Mapping[] = [
  adyen,
  paypal,
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
