/**
 * Frauds as they go on: a few purchases each, close together.
 *
 * @module
 */
import { countries, newInstrument, type Population } from "./population.ts";
import type { Purchase } from "./purchase.ts";
import { between, oneOf, type Random } from "./random.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

type Beginning = {
  readonly population: Population;
  /** When it begins, in milliseconds since the epoch. */
  readonly atMs: number;
  /** How long everything takes beside real frauds: 1 is as long, 1/60 makes a minute of an hour. */
  readonly pace: number;
  /** Tells this episode from others. */
  readonly number: number;
  readonly random: Random;
};

/** Each as its purchases, in the order of their times. */
export const episodes = {
  /** With the card, and where the customer never was; at first it works, as nobody has noticed. */
  "stolen-instrument": (beginning: Beginning): Purchase[] => {
    const { population, random } = beginning;
    const victim = population.anyCustomer(random);
    const ipCountry = random() < 0.5
      ? oneOf(countries, random)
      : victim.country;
    const lastsMs = between(1, 24, random) * HOUR_MS;
    return timesOf(beginning, between(4, 15, random), lastsMs).map((atMs) => ({
      atMs,
      customer: victim.key,
      merchant: population.merchant(population.anyMerchant(random)).key,
      instrument: victim.instrument,
      size: victim.usual * (1 + 3 * random()),
      ipCountry,
      fraud: "stolen-instrument",
      approval: 0.75,
    }));
  },
  /** At the customer's own merchants too, which is why only amounts tell. */
  "unusual-amounts": (beginning: Beginning): Purchase[] => {
    const { population, random } = beginning;
    const victim = population.anyCustomer(random);
    const lastsMs = between(6, 96, random) * HOUR_MS;
    return timesOf(beginning, between(2, 6, random), lastsMs).map((atMs) => ({
      atMs,
      customer: victim.key,
      merchant: population.merchant(oneOf(victim.favourites, random)).key,
      instrument: victim.instrument,
      size: victim.usual * (4 + 6 * random()),
      ipCountry: victim.country,
      fraud: "unusual-amounts",
      approval: 0.8,
    }));
  },
  /** At one merchant, each card under a name of its own. */
  "card-testing": (beginning: Beginning): Purchase[] => {
    const { population, number, random } = beginning;
    const { key: merchant } = population.merchant(
      population.anyMerchant(random),
    );
    const ipCountry = oneOf(countries, random);
    const lastsMs = between(10, 40, random) * MINUTE_MS;
    return timesOf(beginning, between(20, 60, random), lastsMs).map(
      (atMs, nth) => ({
        atMs,
        customer: `t${number}n${nth}`,
        merchant,
        instrument: newInstrument(`t${number}n${nth}i`, random),
        size: 0.02 + 0.04 * random(),
        ipCountry,
        fraud: "card-testing",
        approval: 0.3,
      }),
    );
  },
} satisfies Record<string, (beginning: Beginning) => Purchase[]>;

export type EpisodeKind = keyof typeof episodes;

/** How long a merchant stays compromised, in milliseconds at pace 1. */
export function compromiseLastsMs(random: Random): number {
  return between(7, 21, random) * 24 * HOUR_MS;
}

/** Moments within a while, rising; the first is its beginning. */
function timesOf(
  { atMs, pace, random }: Beginning,
  count: number,
  lastsMs: number,
): number[] {
  const all = Array.from(
    { length: count },
    (_, n) => n === 0 ? atMs : atMs + Math.floor(lastsMs * pace * random()),
  );
  return all.toSorted((a, b) => a - b);
}
