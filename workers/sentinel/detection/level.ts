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

/** Of a weekday that was never seen, the curve says little, and the hours before say more. */
const UNSEEN: { readonly day: Lasting; readonly hours: Lasting } = {
  day: { lasting: 0.02, excess: 0.04 },
  hours: { lasting: 0.04, excess: 0.05 },
};

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
  const least = (own: Lasting, unseen: Lasting) =>
    isUnseenWeekday && unseen.lasting > own.lasting ? unseen : own;
  const ofDay = trusted(day, least(spread.ofDay, UNSEEN.day), spread.hour);
  const ofHours = trusted(
    { observed: hours.observed, expected: hours.expected * ofDay },
    least(spread.ofHours, UNSEEN.hours),
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
