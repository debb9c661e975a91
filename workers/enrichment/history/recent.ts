import type { DelayedDays, Window } from "./cells.ts";

/** What happened to an entity in a window. */
export type Totals = {
  /** Authorised, of whatever currency. */
  readonly payments: number;
  readonly failed: number;
  readonly fraud: number;
  readonly disputes: number;
  /** Authorised payments of the currency asked about, their sum in minor units, and the sum of their roots in parts of 1/256. */
  readonly ofCurrency: number;
  readonly minor: number;
  readonly roots: number;
  /** Distinct counterparts, estimated: see `distinctOf`. */
  readonly distinctA: number;
  readonly distinctB: number;
};

/** Frauds that became known in the last days, and payments of as many days, `LABEL_DELAY_DAYS` before. */
export type DelayedRisk = {
  readonly fraud: number;
  /** With a fraction: of the day that is seven days before today, only so much as today has had. */
  readonly payments: number;
};

/** All that is asked of an entity. */
export type Recent = {
  readonly windows: Readonly<Record<Window, Totals>>;
  readonly delayed: Readonly<Record<DelayedDays, DelayedRisk>>;
  /** Days since the oldest day that it is remembered of; at most as many as are kept. */
  readonly knownDays: number;
  /** Days since a fraud last became known; undefined if none is remembered. */
  readonly daysSinceFraud: number | undefined;
};
