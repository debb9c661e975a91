import { type Card, cards } from "../customers/cards.ts";
import type { Purchase } from "../customers/purchase.ts";
import { seededRandom } from "#runtime/seeded_random.ts";
import { oneOf, seedOf } from "../customers/random.ts";
import type { Story } from "../customers/story.ts";
import { decimalsOf } from "#contracts/currencies.ts";
import { Ids } from "./ids.ts";

/** Why an issuer says no; each voice has its provider's words for them. */
export const declines = [
  "insufficient_funds",
  "expired_card",
  "do_not_honor",
  "stolen_card",
] as const;
export type Decline = (typeof declines)[number];

/** Why a buyer wants the money back. */
export const complaints = ["fraud", "not_received", "duplicate"] as const;
export type Complaint = (typeof complaints)[number];

/** A made-up payment: what stays the same through its life. */
export type Payment = {
  readonly ids: Ids;
  readonly orderId: string;
  /** As the provider writes it (ISO 4217). */
  readonly currency: string;
  /** How many decimals of the currency the provider counts, which ISO 4217 may see otherwise. */
  readonly decimals: number;
  /** In the provider's minor units. */
  readonly amount: bigint;
  readonly card: Card;
  readonly decline: Decline;
  readonly complaint: Complaint;
  /** Of those for documentation (RFC 5737). */
  readonly ip: string;
  readonly email: string;
  /** Who pays whom from where, if it is one of the customers there are. */
  readonly shopper?: Shopper;
};

/** By keys, of which each provider makes ids of its own. */
export type Shopper = {
  readonly customer: string;
  readonly merchant: string;
  /** ISO 3166-1 alpha-2. */
  readonly ipCountry: string;
};

/**
 * @param of.currencies decimals by currency, as the provider counts them
 * @param of.random from 0 up to but not including 1
 */
export function anyPayment(
  { currencies, random }: {
    readonly currencies: Readonly<Record<string, number>>;
    readonly random: () => number;
  },
): Payment {
  const ids = new Ids(random);
  const [currency, decimals] = oneOf(Object.entries(currencies), random);
  return {
    ids,
    orderId: `ord_${ids.word("order", 12)}`,
    currency,
    decimals,
    amount: anyAmount(currency, decimals, random),
    card: {
      ...oneOf(cards, random),
      funding: random() < 0.6 ? "credit" : "debit",
    },
    decline: oneOf(declines, random),
    complaint: oneOf(complaints, random),
    ip: `203.0.113.${1 + Math.floor(random() * 254)}`,
    email: `buyer.${ids.hex("buyer", 6)}@example.com`,
  };
}

/** What the median purchase costs, in hundredths of something as dear as a dollar. */
const MEDIAN_CENTS = 4_990;
const MAIN_CURRENCY_SHARE = 0.7;
const MIN_CENTS = 100;
const MAX_CENTS = 2_000_000;

/**
 * The payment by which a customer pays for a purchase at a provider. Of a customer it is always in the same currency.
 *
 * @param of.currencies decimals by currency, as the provider counts them
 * @param of.story what becomes of it
 */
export function paymentFor(
  { customer, merchant, instrument, size, ipCountry }: Purchase,
  { currencies, prices = {}, story: { decline, complaint }, random }: {
    readonly currencies: Readonly<Record<string, number>>;
    readonly prices?: Prices;
    readonly story: Pick<Story, "decline" | "complaint">;
    readonly random: () => number;
  },
): Payment {
  const ids = new Ids(random, lastingIds({ customer, merchant, instrument }));
  const its = seededRandom(seedOf(customer));
  const [currency, decimals] = currencyOf({ currencies, prices, random: its });
  return {
    ids,
    orderId: `ord_${ids.word("order", 12)}`,
    currency,
    decimals,
    amount: amountFor(centsOf(size, prices.medianCents), currency, decimals),
    card: instrument.card,
    decline,
    complaint,
    ip: `203.0.113.${1 + Math.floor(its() * 254)}`,
    email: `buyer.${ids.hex("buyer", 6)}@example.com`,
    shopper: { customer, merchant, ipCountry },
  };
}

/** What things cost, where it is not as elsewhere. */
export type Prices = {
  /** The currency that most customers have; if absent, all are as frequent. */
  readonly main?: string;
  /** What the median purchase costs, in hundredths of something as dear as a dollar. */
  readonly medianCents?: number;
};

function currencyOf(
  { currencies, prices: { main }, random }: {
    readonly currencies: Readonly<Record<string, number>>;
    readonly prices: Prices;
    readonly random: () => number;
  },
): readonly [currency: string, decimals: number] {
  const decimals = main === undefined ? undefined : currencies[main];
  return main !== undefined && decimals !== undefined &&
      random() < MAIN_CURRENCY_SHARE
    ? [main, decimals]
    : oneOf(Object.entries(currencies), random);
}

/** What a purchase costs, in hundredths of something as dear as a dollar. */
export function centsOf(size: number, medianCents = MEDIAN_CENTS): bigint {
  const cents = Math.round(size * medianCents);
  return BigInt(Math.min(MAX_CENTS, Math.max(MIN_CENTS, cents)));
}

/** Keys of what outlives a payment, by the names that voices ask ids for. */
export function lastingIds(
  { customer, merchant, instrument: { key: card } }: Pick<
    Purchase,
    "customer" | "merchant" | "instrument"
  >,
): Readonly<Record<string, string>> {
  return {
    customer,
    buyer: customer,
    payer: customer,
    shopper: customer,
    merchant,
    card,
    fingerprint: card,
    method: card,
    source: card,
  };
}

/**
 * From 5 to 500 units, or for a currency without decimals of something as dear. With three decimals the last is 0, as cards
 * want it; and where a provider counts decimals that the currency does not have, they are 0, too.
 */
function anyAmount(
  currency: string,
  decimals: number,
  random: () => number,
): bigint {
  const cents = BigInt(500 + Math.floor(random() * 49_500));
  return amountFor(cents, currency, decimals);
}

/** Hundredths of something as dear as a dollar, or as a hundred yen, in minor units as a provider counts them. */
export function amountFor(
  cents: bigint,
  currency: string,
  decimals: number,
): bigint {
  if (decimals > decimalsOf(currency)) return cents / 100n * 100n;
  return decimals === 3 ? cents * 10n : cents;
}
