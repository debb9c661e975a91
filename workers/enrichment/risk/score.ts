/** How much a score says, by the thresholds of the model's card. */
export const bands = ["low", "elevated", "high"] as const;
export type Band = (typeof bands)[number];

/** What moved a score, and how far. */
export type Reason = {
  readonly feature: string;
  /** Undefined if it was not known. */
  readonly value?: number;
  /** To the raw score (log-odds), up or down. */
  readonly contribution: number;
};

/** Why a score is worth less than the model's card says, or nothing. */
export const degradations = [
  /** There is no model: the score is the base rate. */
  "no_model",
  /** The history knows less of the past than the model needs: the score is the base rate. */
  "short_history",
  /** The event names no customer. */
  "no_customer",
  /** The event names no merchant. */
  "no_merchant",
  /** There is no rate for its currency. */
  "no_rate",
] as const;
export type Degradation = (typeof degradations)[number];

/** A judgement of a payment. */
export type Score = {
  /** 0 to 1. */
  readonly score: number;
  readonly band: Band;
  readonly reasons: readonly Reason[];
  readonly degraded: readonly Degradation[];
};

/** Judges rows of features. */
export interface Scorer {
  /** Of the model that judges; null if there is none. */
  readonly model: { readonly id: string; readonly sha256: string } | null;
  /**
   * @param row as `featureRow` makes it
   * @param historyHours how long before the payment the first record was that the history knows
   */
  score(row: Float64Array, historyHours: number): Score;
}
