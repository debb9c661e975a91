/**
 * What is watched. A signal is one thing that may go wrong; a series is a row of counts by which it is seen.
 *
 * @module
 */
import { type AnomalySignal, anomalySignals } from "#contracts/anomaly.ts";
import { declineClasses } from "#contracts/events/payment_fields.ts";

export const signals = anomalySignals;
export type Signal = AnomalySignal;

export const directions = ["down", "up"] as const;
export type Direction = (typeof directions)[number];

/** What a series is counted against. */
export type Exposure = "minutes" | "payments" | "failed" | "facts" | "heard";

export type SeriesId = string;

export type SeriesSpec = {
  readonly id: SeriesId;
  readonly signal: Signal;
  readonly exposure: Exposure;
  /** A share is of so many, with odds; a rate is not bounded by what it is counted against. */
  readonly kind: "rate" | "share";
  /** Ratios (of a share: of its odds) that a test looks for; none if that side is of no concern. */
  readonly ratios: Readonly<Record<Direction, readonly number[]>>;
  /** As if there had been at least so many for each unit of exposure. */
  readonly floor: number;
  /** How deep into segments it is watched: 0 is all, 1 the providers, 4 everything. */
  readonly depth: number;
  /** Fewer than these raise no alarm, whatever the odds. */
  readonly atLeast: number;
  /** Parts of the signal's budget of false alarms, by direction and ratio: together at most 1. */
  readonly budget: Readonly<Record<Direction, BudgetParts>>;
};

/** By ratio: the part of all together, and that of all segments below. */
export type BudgetParts = {
  readonly top: readonly number[];
  readonly below: readonly number[];
};

const none: BudgetParts = { top: [], below: [] };

/** The same for both ratios. */
const both = (top: number, below: number) => ({
  down: none,
  up: { top: [top, top], below: [below, below] },
});

const share = { kind: "share", depth: 1, atLeast: 5 } as const;
const upOnly = { down: [], up: [3, 10] } as const;

const declineSeries = declineClasses.map((name): SeriesSpec => ({
  ...share,
  id: `declines_${name}`,
  signal: "decline_mix",
  exposure: "failed",
  ratios: upOnly,
  floor: 0.01,
  budget: both(0.001, 0.001),
}));

export const amountSides = ["low", "high"] as const;
export type AmountSide = (typeof amountSides)[number];

const amountSeries = amountSides.map((side): SeriesSpec => ({
  ...share,
  id: `amounts_${side}`,
  signal: "amounts",
  exposure: "payments",
  ratios: upOnly,
  floor: 0.005,
  budget: both(0.003, 0.002),
}));

/** Each series, in the order in which they are judged. */
export const seriesSpecs: readonly SeriesSpec[] = [
  {
    id: "volume",
    signal: "volume",
    exposure: "minutes",
    kind: "rate",
    ratios: { down: [0.7, 0.5, 0.1], up: [1.4, 2, 4] },
    floor: 0.001,
    depth: 4,
    atLeast: 0,
    // What is slow to show needs a low threshold; an outage shows soon enough, and most often in one provider.
    budget: {
      down: { top: [0.12, 0.14, 0.02], below: [0.03, 0.04, 0.12] },
      up: { top: [0.02, 0.04, 0.01], below: [0.005, 0.015, 0.005] },
    },
  },
  {
    id: "approval",
    signal: "approval",
    exposure: "payments",
    kind: "share",
    // Of failures: approval falls as they rise.
    ratios: { down: [0.4], up: [1.8, 2.9, 10] },
    floor: 0.005,
    depth: 4,
    atLeast: 5,
    budget: {
      down: { top: [0.01], below: [0.01] },
      up: { top: [0.01, 0.9, 0.01], below: [0.01, 0.05, 0.01] },
    },
  },
  ...declineSeries,
  ...amountSeries,
  {
    ...share,
    id: "duplicates",
    signal: "duplicates",
    exposure: "facts",
    ratios: upOnly,
    floor: 0.005,
    budget: both(0.004, 0.002),
  },
  {
    id: "refused_signatures",
    signal: "refused_signatures",
    exposure: "minutes",
    kind: "rate",
    ratios: { down: [], up: [4, 20] },
    // Five in a row are evidence enough against one in fifty minutes.
    floor: 0.02,
    depth: 1,
    atLeast: 5,
    budget: both(0.006, 0.003),
  },
  {
    ...share,
    id: "unmapped",
    signal: "unmapped",
    exposure: "heard",
    ratios: upOnly,
    floor: 0.005,
    budget: both(0.004, 0.002),
  },
  {
    id: "disputes",
    signal: "disputes",
    exposure: "minutes",
    kind: "rate",
    ratios: { down: [], up: [3, 8] },
    floor: 0.003,
    depth: 1,
    atLeast: 5,
    budget: both(0.006, 0.003),
  },
];

/** How the signal moves if its series does: approval falls as failures rise. */
export function movement(
  { signal }: Pick<SeriesSpec, "signal">,
  direction: Direction,
): Direction {
  if (signal !== "approval") return direction;
  return direction === "up" ? "down" : "up";
}
