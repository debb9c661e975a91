const DAY_MS = 86_400_000;

export type FoldOptions = {
  readonly trainDays: number;
  readonly delayDays: number;
  readonly testDays: number;
  readonly folds: number;
};

/** One time that a model would have been trained and used. Times are milliseconds since the epoch; each end lies behind. */
export type Fold = {
  readonly trainFromMs: number;
  /** The delay before the test: of later payments nobody knew yet what they were. */
  readonly trainToMs: number;
  readonly testFromMs: number;
  readonly testToMs: number;
};

/**
 * The folds of a file: tests one after another without a gap, the last at the end, each with the training before it.
 *
 * @param endMs behind the last payment whose label is known, at the beginning of a day
 * @returns the earliest first; fewer than asked for if the file is too short
 */
export function foldsOf(
  { startMs, endMs }: { startMs: number; endMs: number },
  { trainDays, delayDays, testDays, folds }: FoldOptions,
): readonly Fold[] {
  const all: Fold[] = [];
  for (let n = 0; n < folds; n++) {
    const testToMs = endMs - n * testDays * DAY_MS;
    const testFromMs = testToMs - testDays * DAY_MS;
    const trainToMs = testFromMs - delayDays * DAY_MS;
    const trainFromMs = trainToMs - trainDays * DAY_MS;
    if (trainFromMs < startMs) break;
    all.push({ trainFromMs, trainToMs, testFromMs, testToMs });
  }
  return all.reverse();
}

/** The share of disputes that must have had time to come. */
const COMPLETE = 0.95;

/**
 * Until when labels are whole: where a file ends with its payments, disputes of the last of them are still to come, and to call
 * these honest would be false.
 *
 * @param lagsMs how long each dispute took, the shortest first
 * @param endMs of the last event of any type
 */
export function labelledUntilMs(
  { lastPaymentMs, endMs, lagsMs }: {
    readonly lastPaymentMs: number;
    readonly endMs: number;
    readonly lagsMs: Float64Array;
  },
): number {
  const lag = lagsMs[Math.ceil(COMPLETE * lagsMs.length) - 1] ?? 0;
  // To the millisecond, the last payment has its label if the file ends with its dispute.
  const until = Math.min(lastPaymentMs, endMs - lag) + 1;
  const midnight = Math.floor(until / DAY_MS) * DAY_MS;
  // A day that lacks its last minutes is a day.
  return until - midnight > 0.9 * DAY_MS ? midnight + DAY_MS : midnight;
}
