import { type Card, cards } from "./cards.ts";
import { seededRandom } from "#runtime/seeded_random.ts";
import {
  between,
  exponential,
  normal,
  oneOf,
  type Random,
  seedOf,
} from "./random.ts";

/** A card by which a provider knows the same payer again. */
export type Instrument = {
  /** What ids of it are made of: the same card has the same ids at whatever time. */
  readonly key: string;
  readonly card: Card;
};

export type Merchant = {
  readonly key: string;
  /** What things cost there, beside what they cost elsewhere: 1 is as elsewhere. */
  readonly dearness: number;
};

export type Customer = {
  readonly key: string;
  /** The median of what this customer spends, beside what all spend: 1 is as all. */
  readonly usual: number;
  /** How far amounts lie apart: the deviation of their logarithm. */
  readonly spread: number;
  /** Numbers of the merchants that this customer goes to again and again. */
  readonly favourites: readonly number[];
  readonly instrument: Instrument;
  /** Where this customer is, ISO 3166-1 alpha-2. */
  readonly country: string;
};

/** A few customers pay often, and most seldom: numbers are drawn with this exponent, so that low ones come more often. */
const SKEW = 1.6;
const CUSTOMERS_PER_MERCHANT = 10;
const MIN_MERCHANTS = 20;
/** Share of customers who pay once and never come again. */
const GUEST_SHARE = 0.25;
/** How often the others come, on average: somebody new takes the place of one who stays away. */
const MEAN_VISITS = 60;

/** One who comes at the moment, and how often still. */
type Place = { number: number; visits: number };

/**
 * Everybody there is, of a seed. Each is made when first asked for, of the seed and the number alone, so that the order of asking
 * changes nobody.
 */
export class Population {
  readonly customers: number;
  readonly merchants: number;
  readonly #seed: number;
  readonly #customers = new Map<number, Customer>();
  readonly #merchants = new Map<number, Merchant>();
  readonly #places = new Map<number, Place>();

  /**
   * @param of.customers how many there are at a time, 1 or more
   * @param of.merchants how many there are; one for ten customers if absent
   */
  constructor(
    { seed, customers, merchants }: {
      readonly seed: number;
      readonly customers: number;
      readonly merchants?: number;
    },
  ) {
    this.#seed = seed;
    this.customers = customers;
    this.merchants = merchants ??
      Math.max(MIN_MERCHANTS, Math.round(customers / CUSTOMERS_PER_MERCHANT));
  }

  /** @param number below `customers` of those who were there from the start, above of those who came later */
  customer(number: number): Customer {
    return madeOnce(this.#customers, number, () => this.#newCustomer(number));
  }

  merchant(number: number): Merchant {
    return madeOnce(this.#merchants, number, () => ({
      key: `m${number}`,
      dearness: Math.exp(0.5 * normal(this.#randomOf(`merchant ${number}`))),
    }));
  }

  /** One of those who come at the moment. */
  anyCustomer(random: Random): Customer {
    const place = skewed(this.customers, random);
    return this.customer(this.#placeOf(place).number);
  }

  /** One who comes to pay: at times for the first time, in the place of somebody who came for the last. */
  visitor(random: Random): Customer {
    const place = this.#placeOf(skewed(this.customers, random));
    if (place.visits === 0) {
      this.#customers.delete(place.number);
      place.number += this.customers;
      place.visits = this.#visitsOf(place.number);
    }
    place.visits--;
    return this.customer(place.number);
  }

  /** The number of one, the popular ones more often. */
  anyMerchant(random: Random): number {
    return skewed(this.merchants, random);
  }

  #placeOf(place: number): Place {
    return madeOnce(this.#places, place, () => ({
      number: place,
      visits: this.#visitsOf(place),
    }));
  }

  /** Of chance of its own, so that who comes does not change when or where anybody pays. */
  #visitsOf(number: number): number {
    const random = this.#randomOf(`visits of ${number}`);
    return random() < GUEST_SHARE
      ? 1
      : 1 + Math.floor(exponential(MEAN_VISITS, random));
  }

  #newCustomer(number: number): Customer {
    const random = this.#randomOf(`customer ${number}`);
    const key = `c${number}`;
    const instrument = newInstrument(`${key}i`, random);
    return {
      key,
      usual: Math.exp(0.6 * normal(random)),
      spread: 0.25 + 0.35 * random(),
      favourites: Array.from(
        { length: between(3, 10, random) },
        () => this.anyMerchant(random),
      ),
      instrument,
      country: random() < 0.97
        ? instrument.card.country
        : oneOf(countries, random),
    };
  }

  #randomOf(what: string): Random {
    return seededRandom(seedOf(`${this.#seed} ${what}`));
  }
}

/** Where people are that pay from elsewhere. */
export const countries = [
  "BR",
  "CA",
  "DE",
  "ES",
  "FR",
  "GB",
  "IN",
  "IT",
  "MX",
  "NG",
  "PL",
  "RO",
  "SG",
  "US",
] as const;

export function newInstrument(key: string, random: Random): Instrument {
  const digits = String(between(0, 9_999, random)).padStart(4, "0");
  return {
    key,
    card: {
      ...oneOf(cards, random),
      last4: digits,
      funding: random() < 0.6 ? "credit" : "debit",
    },
  };
}

function skewed(count: number, random: Random): number {
  return Math.floor(count * random() ** SKEW);
}

function madeOnce<T>(made: Map<number, T>, number: number, make: () => T): T {
  const one = made.get(number) ?? make();
  made.set(number, one);
  return one;
}
