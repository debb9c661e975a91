const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WEEKEND = 0.75;

/** What a Saturday and a Sunday take from a week, beside a week of working days. */
const MEAN_OF_WEEK = (5 + 2 * WEEKEND) / 7;

/**
 * How many payments there are at a moment, beside the mean of a week: few before dawn, most at noon and in the evening, fewer at
 * weekends.
 *
 * @param atMs milliseconds since the epoch
 * @param zoneHours how far the clocks of those who pay are before UTC
 */
export function dayCurve(atMs: number, zoneHours: number): number {
  const localMs = atMs + zoneHours * HOUR_MS;
  const hour = (localMs % DAY_MS) / HOUR_MS;
  // The mean of both waves over a day is 0.
  const day = 1 - 0.65 * Math.cos(2 * Math.PI * (hour - 4) / 24) -
    0.2 * Math.cos(4 * Math.PI * (hour - 4.5) / 24);
  return day * (isWeekend(localMs) ? WEEKEND : 1) / MEAN_OF_WEEK;
}

function isWeekend(localMs: number): boolean {
  const day = new Date(localMs).getUTCDay();
  return day === 0 || day === 6;
}
