/**
 * What is counted of one minute and one segment: integers, which add up in any order.
 *
 * @module
 */
import { declineClasses } from "#contracts/events/payment_fields.ts";
import type { SeriesId } from "./signals.ts";

export const countNames = [
  "payments",
  "failed",
  "facts",
  "duplicates",
  "disputes",
  "unmapped",
  "refused",
  ...declineClasses.map((name) => `declines_${name}` as const),
] as const;
export type CountName = (typeof countNames)[number];

export type Counts = {
  readonly of: Partial<Record<CountName, number>>;
  /** Payments by their amount: half octaves of units of the currency, which {@link amountBucket} says. */
  readonly amounts: Record<string, number>;
  /** Sum of the payments' amounts in millionths of the currency, and how many there are of them. */
  readonly money: Record<string, Money>;
};

/** `sum` is in millionths of the currency's unit. */
export type Money = { count: number; sum: number };

export function noCounts(): Counts {
  return { of: {}, amounts: {}, money: {} };
}

/** Adds what `more` has to `counts`. */
export function addCounts(counts: Counts, more: Counts): void {
  let name: CountName;
  for (name in more.of) {
    counts.of[name] = (counts.of[name] ?? 0) + (more.of[name] ?? 0);
  }
  for (const bucket in more.amounts) {
    counts.amounts[bucket] = (counts.amounts[bucket] ?? 0) +
      (more.amounts[bucket] ?? 0);
  }
  for (const currency in more.money) {
    const money = counts.money[currency] ??= { count: 0, sum: 0 };
    money.count += more.money[currency]?.count ?? 0;
    money.sum += more.money[currency]?.sum ?? 0;
  }
}

/** What a series has of counts; `undefined` for those that need a boundary of amounts. */
export function observedOf(counts: Counts, series: SeriesId): number {
  switch (series) {
    case "volume":
      return counts.of.payments ?? 0;
    case "approval":
      return counts.of.failed ?? 0;
    case "refused_signatures":
      return counts.of.refused ?? 0;
    default: {
      const name = countNames.find((one) => one === series);
      return name === undefined ? 0 : counts.of[name] ?? 0;
    }
  }
}

export const LOWEST_BUCKET = -40;
export const HIGHEST_BUCKET = 100;

/**
 * The half octave of an amount: floor(2 log2(amount)), by comparisons and halvings alone.
 *
 * @param amount above 0
 */
export function amountBucket(amount: number): number {
  let rest = amount;
  let bucket = 0;
  while (rest >= 2 && bucket < HIGHEST_BUCKET) {
    rest /= 2;
    bucket += 2;
  }
  while (rest < 1 && bucket > LOWEST_BUCKET) {
    rest *= 2;
    bucket -= 2;
  }
  return rest * rest >= 2 ? bucket + 1 : bucket;
}
