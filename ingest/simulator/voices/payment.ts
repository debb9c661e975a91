import { decimalsOf } from "../minor_units.ts";
import { Ids } from "./ids.ts";

/** Cards that providers have for tests. A number is never put together: of each there is what a receipt may show. */
const cards = [
  { brand: "visa", bin: "424242", last4: "4242", country: "US" },
  { brand: "visa", bin: "400000", last4: "0077", country: "FR" },
  { brand: "mastercard", bin: "555555", last4: "4444", country: "GB" },
  { brand: "mastercard", bin: "222300", last4: "3222", country: "DE" },
  { brand: "amex", bin: "378282", last4: "0005", country: "US" },
] as const;

export type Card = (typeof cards)[number] & {
  readonly funding: "credit" | "debit";
};

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
  if (decimals > decimalsOf(currency)) return cents / 100n * 100n;
  return decimals === 3 ? cents * 10n : cents;
}

export function oneOf<T>(all: readonly T[], random: () => number): T {
  const one = all[Math.floor(random() * all.length)];
  if (one === undefined) {
    throw new RangeError("There is nothing to take one of");
  }
  return one;
}
