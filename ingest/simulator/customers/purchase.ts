import type { FraudKind } from "./fraud_kinds.ts";
import { countries, type Instrument, type Population } from "./population.ts";
import { normal, oneOf, type Random } from "./random.ts";

/** What somebody wants to pay. */
export type Purchase = {
  /** When, in milliseconds since the epoch. */
  readonly atMs: number;
  /** Keys of whom it is about, of which each provider makes ids of its own. */
  readonly customer: string;
  readonly merchant: string;
  readonly instrument: Instrument;
  /** How much, beside the median of all that is spent: 1 is that median. */
  readonly size: number;
  /** Where it comes from, ISO 3166-1 alpha-2. */
  readonly ipCountry: string;
  /** How it is a fraud, if it is one: the truth, which nobody is told. */
  readonly fraud?: FraudKind;
  /** Chance, 0 to 1, that the issuer says yes; as usual if absent. */
  readonly approval?: number;
};

/** Where customers pay that are not at a merchant that they know. */
const ELSEWHERE_SHARE = 0.15;
const TRAVEL_SHARE = 0.03;

/** A purchase like any other, by any customer. */
export function usualPurchase(
  population: Population,
  { atMs, random }: { readonly atMs: number; readonly random: Random },
): Purchase {
  const customer = population.visitor(random);
  const merchant = population.merchant(
    random() < ELSEWHERE_SHARE
      ? population.anyMerchant(random)
      : oneOf(customer.favourites, random),
  );
  return {
    atMs,
    customer: customer.key,
    merchant: merchant.key,
    instrument: customer.instrument,
    size: customer.usual * merchant.dearness *
      Math.exp(customer.spread * normal(random)),
    ipCountry: random() < TRAVEL_SHARE
      ? oneOf(countries, random)
      : customer.country,
  };
}
