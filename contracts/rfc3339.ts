/**
 * Points in time as RFC 3339 §5.6 writes them.
 *
 * @module
 */

/** Also with a small `t` and `z`, which §5.6 allows. A blank in place of the T is for people, not for programs. */
export const RFC3339 =
  /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/;

/**
 * All that a regular expression can say of a time that is taken, for those who read a schema. Whether the calendar has its day, a
 * leap second its place and UTC its year, it cannot say. Written so that every language reads it alike: without `\\d`, which is more than
 * ten digits to some, and without looking ahead, which others do not know.
 */
export const RFC3339_PATTERN =
  "^(?:000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})" +
  "-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])" +
  "[Tt](?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\\.[0-9]{1,9})?" +
  "(?:[Zz]|[+-](?:0[0-9]|1[0-5]):[0-5][0-9])$";

/** Nearly every time there is: what it matches has no fault, and what it does not is looked at more closely. */
const COMMON =
  /^(?:19|2\d)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:[Zz]|[+-](?:0\d|1[0-5]):[0-5]\d)$/;

/** Decimals of a second: nanoseconds, as Java, Go and protobuf have them. */
const MAX_DECIMALS = 9;
/** PostgreSQL takes no offset of 16 hours or more. Those in use go from -12:00 to +14:00. */
const MAX_OFFSET_HOURS = 15;

const MINUTE_MS = 60_000;
const EARLIEST_MS = -62_135_596_800_000;
const BEHIND_LATEST_MS = 253_402_300_800_000;
const LATEST_SECOND_MS = BEHIND_LATEST_MS - 1000;
/** PostgreSQL counts microseconds: from this fraction of the latest second on, it rounds into the year 10000. */
const ROUNDED_UP = 0.999_999_5;

/** The calendar repeats after 400 years; `Date.UTC` takes years below 100 for the 20th century's. */
const CYCLE_YEARS = 400;
const CYCLE_MS = 146_097 * 24 * 60 * MINUTE_MS;

export type Rfc3339Reading =
  | { readonly ok: true; readonly ms: number }
  /** What it must be, as the end of a sentence that begins with the field. */
  | { readonly ok: false; readonly fault: string };

const faulty = (fault: string): Rfc3339Reading => ({ ok: false, fault });

/** What a point in time must be and is not; undefined if every reader can hold it. */
export function faultOfRfc3339(text: string): string | undefined {
  if (COMMON.test(text)) return undefined;
  const read = readRfc3339(text);
  return read.ok ? undefined : read.fault;
}

/**
 * Reads a point in time, or says why it is none that every reader can hold. `ms` counts from the epoch; a
 * leap second is the first of the next minute, as for PostgreSQL and POSIX.
 */
export function readRfc3339(text: string): Rfc3339Reading {
  if (!RFC3339.test(text)) {
    return faulty(
      "must be an RFC 3339 time with seconds and an offset, such as 2026-01-02T03:04:05Z",
    );
  }
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const [month, day] = [twoDigits(text, 5), twoDigits(text, 8)];
  const hour = twoDigits(text, 11);
  const [minute, second] = [twoDigits(text, 14), twoDigits(text, 17)];
  if (
    month < 1 || month > 12 || day < 1 ||
    (day > 28 && day > daysIn(year, month)) ||
    hour > 23 || minute > 59 || second > 60
  ) {
    return faulty("must be a time that the calendar and the clock have");
  }
  const isUtc = text.endsWith("Z") || text.endsWith("z");
  const fraction = text.slice(20, isUtc ? -1 : -6);
  if (fraction.length > MAX_DECIMALS) {
    return faulty(`must have at most ${MAX_DECIMALS} decimals of a second`);
  }
  const offsetMinutes = isUtc ? 0 : offsetAtEndOf(text);
  if (offsetMinutes === undefined) {
    return faulty("must have an offset from -15:59 to +15:59");
  }
  const secondMs =
    Date.UTC(year + CYCLE_YEARS, month - 1, day, hour, minute, second) -
    CYCLE_MS - offsetMinutes * MINUTE_MS;
  // PostgreSQL takes 23:59:60, but not 23:59:60.5.
  if (second === 60 && (!isBeginOfMonth(secondMs) || Number(fraction) > 0)) {
    return faulty(
      "can have a leap second only at 23:59:60 of UTC, on the last day of a month, and no fraction of it",
    );
  }
  // Year 0 is before the earliest by its digits, whatever its offset: PostgreSQL and Python read none.
  if (
    year === 0 || secondMs < EARLIEST_MS || secondMs >= BEHIND_LATEST_MS ||
    (secondMs === LATEST_SECOND_MS && Number(`0.${fraction}`) >= ROUNDED_UP)
  ) {
    return faulty(
      "must lie between 0001-01-01T00:00:00Z and 9999-12-31T23:59:59.999999Z",
    );
  }
  const ms = Number(fraction.slice(0, 3).padEnd(3, "0"));
  return { ok: true, ms: secondMs + ms };
}

/** The number that two digits from an index on make. */
function twoDigits(text: string, at: number): number {
  return text.charCodeAt(at) * 10 + text.charCodeAt(at + 1) - 0x30 * 11;
}

/** Minutes of the offset that a text ends with, as `+01:00` does; undefined if it is none, or too large. */
function offsetAtEndOf(text: string): number | undefined {
  const hours = twoDigits(text, text.length - 5);
  const minutes = twoDigits(text, text.length - 2);
  if (hours > MAX_OFFSET_HOURS || minutes > 59) return undefined;
  return (hours * 60 + minutes) * (text.at(-6) === "-" ? -1 : 1);
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year + CYCLE_YEARS, month, 0)).getUTCDate();
}

/** RFC 3339 §5.7: leap seconds are at the end of a month of UTC. Of which months is known half a year ahead. */
function isBeginOfMonth(ms: number): boolean {
  const date = new Date(ms);
  return date.getUTCDate() === 1 && ms % (24 * 60 * MINUTE_MS) === 0;
}
