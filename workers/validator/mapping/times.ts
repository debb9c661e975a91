/**
 * Points in time as providers write them, read by paths of keys.
 *
 * @module
 */
import { faultOfRfc3339 } from "#contracts/rfc3339.ts";
import { textAt } from "./fields.ts";
import { unreadable } from "./unreadable.ts";

type Path = readonly (string | number)[];

/** The RFC 3339 time at a path, as it is written; undefined if there is none. */
export function timeAt(from: unknown, ...path: Path): string | undefined {
  const text = textAt(from, ...path);
  return text !== undefined && faultOfRfc3339(text) === undefined
    ? text
    : undefined;
}

/**
 * The first time that there is.
 *
 * @param paths in the order in which they count
 * @throws {Unreadable} if there is none at any of them
 */
export function requiredTime(from: unknown, ...paths: readonly Path[]): string {
  for (const path of paths) {
    const time = timeAt(from, ...path);
    if (time !== undefined) return time;
  }
  throw unreadable(
    paths.map((path) => path.join(".")).join(" or "),
    "must be an RFC 3339 time",
  );
}

/**
 * A time, or a day (`2014-03-21`) as the time at which it begins in UTC: nobody says when and where it ends, and a deadline is
 * better told too early.
 */
export function dayOrTimeAt(from: unknown, ...path: Path): string | undefined {
  const day = textAt(from, ...path);
  const midnight = `${day}T00:00:00Z`;
  return timeAt(from, ...path) ??
    (faultOfRfc3339(midnight) === undefined ? midnight : undefined);
}
