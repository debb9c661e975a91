/**
 * Time as the history has it: cells of three sizes, and the windows that are put together of them.
 *
 * @module
 */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/**
 * Sizes of cells, and how many of each are kept before an entity's newest. They are more than its windows need by as much as a
 * fact may come late and still be seen as if it had not.
 */
export const levels = [
  { sizeMs: 5 * MINUTE_MS, kept: 24 },
  { sizeMs: HOUR_MS, kept: 48 },
  { sizeMs: DAY_MS, kept: 40 },
] as const;

/**
 * The windows: of which level, and how many whole cells before the one that the moment asked about is in. So a window is as long
 * as it says, and up to one cell longer.
 */
export const windows = {
  "5m": { level: 0, cells: 1 },
  "1h": { level: 0, cells: 12 },
  "1d": { level: 1, cells: 24 },
  "7d": { level: 2, cells: 7 },
  "30d": { level: 2, cells: 30 },
} as const;
export type Window = keyof typeof windows;
export const windowNames = ["5m", "1h", "1d", "7d", "30d"] as const;

/** Over how many days the share of frauds is asked. */
export const delayedDays = [1, 7, 30] as const;
export type DelayedDays = (typeof delayedDays)[number];

/** How long after a payment its dispute is taken to become known: the payments that frauds are divided by are so much older. */
export const LABEL_DELAY_DAYS = 7;

/** The cell of a level that a moment is in. */
export function cellOf(level: 0 | 1 | 2, atMs: number): number {
  return Math.floor(atMs / levels[level].sizeMs);
}
