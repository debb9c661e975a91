import { DAY_MS, type Window } from "../history/cells.ts";
import { powersOfTen } from "../history/minor_units.ts";
import { ROOT_PARTS, rootParts } from "../history/entity_tables.ts";
import type { Recent, Totals } from "../history/recent.ts";
import type { ScoredMoment } from "./scored_moment.ts";

/** Of the list of names below. A model says which it was trained with; another list is another version. */
export const FEATURES_VERSION = 2;

type Feature = {
  readonly name: string;
  /** A number, or NaN if what it is made of is not known. */
  readonly of: (moment: ScoredMoment) => number;
};

type Party = "customer" | "instrument" | "merchant" | "order";

/** What a count is called in a feature's name. */
const words = {
  payments: "payments",
  failed: "failed",
  distinctA: {
    customer: "instruments",
    instrument: "customers",
    merchant: "customers",
    order: "instruments",
  },
  distinctB: {
    customer: "merchants",
    instrument: "merchants",
    merchant: "instruments",
    order: "payments",
  },
} as const;

/** Below so many payments, a deviation says nothing. */
const ENOUGH = 3;

const features: readonly Feature[] = [
  { name: "amount", of: ({ amount }) => amount ?? NaN },
  { name: "hour", of: ({ fact }) => hourOf(fact.atMs) },
  { name: "weekday", of: ({ fact }) => weekdayOf(fact.atMs) },
  {
    name: "countries_disagree",
    of: ({ countries }) =>
      countries?.disagree === undefined ? NaN : Number(countries.disagree),
  },
  ...counts("customer", "payments", ["5m", "1h", "1d", "7d", "30d"]),
  ...counts("customer", "failed", ["1h", "1d", "7d"]),
  ...counts("customer", "distinctA", ["1d", "7d"]),
  ...counts("customer", "distinctB", ["1d", "7d"]),
  ...means("customer", ["1d", "7d", "30d"]),
  ...deviations("customer", ["7d", "30d"]),
  ...delayed("customer"),
  ...counts("instrument", "payments", ["5m", "1h", "1d", "7d", "30d"]),
  ...counts("instrument", "failed", ["1h", "1d", "7d"]),
  ...counts("instrument", "distinctA", ["1d", "7d"]),
  ...counts("instrument", "distinctB", ["1d", "7d"]),
  ...deviations("instrument", ["30d"]),
  ...delayed("instrument"),
  ...counts("merchant", "payments", ["5m", "1h", "1d", "7d", "30d"]),
  ...counts("merchant", "failed", ["5m", "1h", "1d"]),
  ...counts("merchant", "distinctA", ["1h", "1d"]),
  ...counts("merchant", "distinctB", ["1h", "1d"]),
  ...deviations("merchant", ["7d", "30d"]),
  ...delayed("merchant"),
  ...counts("order", "payments", ["1d"]),
  ...counts("order", "failed", ["1h", "1d"]),
];

/** Names of features, in the order that a row has them. */
export const featureNames: readonly string[] = features.map(({ name }) => name);

/**
 * The features of a moment. All are made with +, -, *, / and square roots alone, which IEEE 754 gives to the last bit on every
 * machine.
 *
 * @returns as many as `featureNames`; NaN where something is not known
 */
export function featureRow(moment: ScoredMoment): Float64Array {
  const row = new Float64Array(features.length);
  for (let n = 0; n < row.length; n++) row[n] = features[n]?.of(moment) ?? NaN;
  return row;
}

/** Features by name, without those that are not known. */
export function namedFeatures(
  row: Float64Array,
): Readonly<Record<string, number>> {
  const known = featureNames.map((name, n) => [name, row[n] ?? NaN] as const)
    .filter(([, value]) => !Number.isNaN(value));
  return Object.fromEntries(known);
}

/** A row again of features by name: NaN for those that are not there. */
export function rowOfNamed(
  named: Readonly<Record<string, number>>,
): Float64Array {
  return Float64Array.from(
    featureNames,
    (name) => Object.hasOwn(named, name) ? named[name] ?? NaN : NaN,
  );
}

const HOUR_MS = 3_600_000;

/** Of the day in UTC, 0 to 23. */
function hourOf(atMs: number): number {
  return Math.floor((atMs % DAY_MS) / HOUR_MS);
}

/** In UTC, from 0 on Monday to 6 on Sunday. 1 January 1970 was a Thursday. */
function weekdayOf(atMs: number): number {
  return (Math.floor(atMs / DAY_MS) + 3) % 7;
}

function counts(
  party: Party,
  what: keyof typeof words,
  of: readonly Window[],
): readonly Feature[] {
  const known = words[what];
  const word = typeof known === "string" ? known : known[party];
  return of.map((window) => ({
    name: `${party}_${word}_${window}`,
    of: (moment) => moment[party]?.windows[window][what] ?? NaN,
  }));
}

/** The mean of authorised payments in the same currency, in units of it; and how many times as much this one is. */
function means(party: Party, of: readonly Window[]): readonly Feature[] {
  return of.flatMap((window): Feature[] => [
    {
      name: `${party}_mean_amount_${window}`,
      of: (moment) =>
        meanMinor(moment[party]?.windows[window]) /
        (powersOfTen[moment.decimals] ?? 1),
    },
    {
      name: `${party}_amount_to_mean_${window}`,
      of: (moment) =>
        moment.fact.minor / meanMinor(moment[party]?.windows[window]),
    },
  ]);
}

function meanMinor(totals: Totals | undefined): number {
  return totals === undefined || totals.ofCurrency === 0 || totals.minor === 0
    ? NaN
    : totals.minor / totals.ofCurrency;
}

/**
 * How many standard deviations the root of the amount is off those of the party's payments in the same currency. Of roots, for
 * amounts are skewed, and their squares would not stay exact.
 */
function deviations(party: Party, of: readonly Window[]): readonly Feature[] {
  return of.map((window) => ({
    name: `${party}_amount_deviation_${window}`,
    of: ({ fact, [party]: recent }) =>
      deviation(fact.minor, recent?.windows[window]),
  }));
}

function deviation(minor: number, totals: Totals | undefined): number {
  if (totals === undefined || totals.ofCurrency < ENOUGH) return NaN;
  const mean = totals.roots / totals.ofCurrency / ROOT_PARTS;
  const meanOfSquares = totals.minor / totals.ofCurrency;
  const variance = Math.max(0, meanOfSquares - mean * mean);
  // A tenth of the mean at least: of one who always pays the same, a cent more would be endlessly far off.
  const spread = Math.max(Math.sqrt(variance), mean / 10, 1);
  return (rootParts(minor) / ROOT_PARTS - mean) / spread;
}

/** Frauds that became known, alone and as a share of the payments that they may be of. */
function delayed(party: "customer" | "instrument" | "merchant") {
  const of = (name: string, value: (recent: Recent) => number): Feature => ({
    name: `${party}_${name}`,
    of: (moment) => {
      const recent = moment[party];
      return recent === undefined ? NaN : value(recent);
    },
  });
  return [
    ...([1, 7, 30] as const).flatMap((days) => [
      of(`frauds_${days}d`, ({ delayed }) => delayed[days].fraud),
      of(`fraud_rate_${days}d`, ({ delayed }) => {
        const { fraud, payments } = delayed[days];
        if (fraud === 0) return 0;
        // Of which payments they are is not known where the history is too young to have them.
        return payments === 0 ? NaN : fraud / Math.max(fraud, payments);
      }),
    ]),
    of("days_since_fraud", ({ daysSinceFraud }) => daysSinceFraud ?? NaN),
    of("known_days", ({ knownDays }) => knownDays),
  ];
}
