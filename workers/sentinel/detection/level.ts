/**
 * By how much the latest day and the latest hours are off the curve, as far as that is likely to go on.
 *
 * @module
 */
import type { History } from "./baseline.ts";
import { BINS_PER_DAY } from "./slots.ts";
import { type Lasting, type Spread, windowAt } from "./spread.ts";

/** What is younger is left out: an incident would be taken for usual while it is being found out. */
const LATEST_BINS = 5;
const HOURS_BINS = 16;

/** Of a weekday that was never seen, the curve says little, and the hours before say more. The day before says nothing. */
const UNSEEN_DAY: Lasting = { lasting: 0, excess: 1 };
const UNSEEN_HOURS: Lasting = { lasting: 0.1, excess: 0.12 };

const [LEAST, MOST] = [0.4, 2.5];

/**
 * @param bin the bin that is about to begin
 * @returns the ratio by which the curve is multiplied
 */
export function levelAt(
  history: History,
  { bin, spread, isUnseenWeekday }: {
    readonly bin: number;
    readonly spread: Spread;
    readonly isUnseenWeekday: boolean;
  },
): number {
  const day = windowAt(history, {
    from: bin - BINS_PER_DAY - LATEST_BINS,
    size: BINS_PER_DAY,
    by: "seasonal",
  });
  const hours = windowAt(history, {
    from: bin - HOURS_BINS - LATEST_BINS,
    size: HOURS_BINS,
    by: "seasonal",
  });
  const ofDay = trusted(
    day,
    isUnseenWeekday ? UNSEEN_DAY : spread.ofDay,
    spread.hour,
  );
  const ofHours = trusted(
    { observed: hours.observed, expected: hours.expected * ofDay },
    isUnseenWeekday ? UNSEEN_HOURS : spread.ofHours,
    spread.hour,
  );
  return Math.min(Math.max(ofDay * ofHours, LEAST), MOST);
}

function trusted(
  { observed, expected }: { observed: number; expected: number },
  { lasting, excess }: Lasting,
  dispersion: number,
): number {
  if (expected <= 0) return 1;
  const trust = lasting / (excess + dispersion / expected);
  return 1 + trust * (observed / expected - 1);
}
