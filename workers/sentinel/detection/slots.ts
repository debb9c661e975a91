/**
 * Slots are minutes of event time since the epoch. Baselines are learnt in bins of a quarter of an hour.
 *
 * @module
 */
export const MINUTE_MS = 60_000;
export const MINUTES_PER_DAY = 1_440;
export const MINUTES_PER_BIN = 15;
export const BINS_PER_DAY = MINUTES_PER_DAY / MINUTES_PER_BIN;
export const BINS_PER_WEEK = 7 * BINS_PER_DAY;

/** Days of history that a baseline is learnt from. */
export const HISTORY_DAYS = 28;
export const HISTORY_BINS = HISTORY_DAYS * BINS_PER_DAY;

export function minuteOf(timeMs: number): number {
  return Math.floor(timeMs / MINUTE_MS);
}

export function dayOf(minute: number): number {
  return Math.floor(minute / MINUTES_PER_DAY);
}

/** The bin since the epoch. */
export function binOf(minute: number): number {
  return Math.floor(minute / MINUTES_PER_BIN);
}

/** Of a day since the epoch, in UTC: 0 is a Sunday, and the first day of all was a Thursday. */
export function weekdayOf(day: number): number {
  return modulo(day + 4, 7);
}

/** From Sunday 00:00 UTC. */
export function binOfWeek(bin: number): number {
  const day = Math.floor(bin / BINS_PER_DAY);
  return weekdayOf(day) * BINS_PER_DAY + modulo(bin, BINS_PER_DAY);
}

/** The remainder that is never negative. */
export function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}

/** Where a minute lies in the curve of a week: the bin before its centre, and how far it is to the next, from 0 to 1. */
export function placeInWeek(minute: number): { bin: number; part: number } {
  const start = weekdayOf(dayOf(minute)) * MINUTES_PER_DAY;
  const within = start + modulo(minute, MINUTES_PER_DAY);
  const place = (within + 0.5) / MINUTES_PER_BIN - 0.5;
  const bin = Math.floor(place);
  return { bin: modulo(bin, BINS_PER_WEEK), part: place - bin };
}
