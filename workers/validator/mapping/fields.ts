/**
 * What mappings read of a provider's JSON, by paths of keys.
 *
 * @module
 */
import { nonBlank } from "#contracts/fields.ts";
import { isJsonObject, type JsonObject } from "#contracts/parse.ts";
import { unreadable } from "./unreadable.ts";

type Path = readonly (string | number)[];

/** The value at a path; undefined if there is none. */
export function valueAt(from: unknown, ...path: Path): unknown {
  let at = from;
  for (const key of path) {
    at = Array.isArray(at)
      ? at[Number(key)]
      : isJsonObject(at)
      ? at[key]
      : undefined;
  }
  return at;
}

/**
 * The text at a path, or a whole number as text; undefined if it is anything else, or blank.
 *
 * @throws {Unreadable} if it has characters that not every reader of a fact could take. To leave such an id out would make the
 * fact another payment's.
 */
export function textAt(from: unknown, ...path: Path): string | undefined {
  const value = valueAt(from, ...path);
  if (typeof value === "number" && Number.isSafeInteger(value)) {
    return String(value);
  }
  const text = nonBlank(value);
  if (text !== undefined && (text.includes("\0") || !text.isWellFormed())) {
    throw unreadable(
      path.join("."),
      "must be without U+0000 and halves of surrogate pairs",
    );
  }
  return text;
}

/** @throws {Unreadable} if there is no such text */
export function requiredText(from: unknown, ...path: Path): string {
  const text = textAt(from, ...path);
  if (text === undefined) throw unreadable(path.join("."), "must be a text");
  return text;
}

/** Providers' own are far shorter, and an `event_id` is made of one. */
const MOST_CHARACTERS = 255;

/** @throws {Unreadable} if there is no such text, or it is too long for an id */
export function requiredId(from: unknown, ...path: Path): string {
  const id = requiredText(from, ...path);
  if (id.length <= MOST_CHARACTERS) return id;
  throw unreadable(
    path.join("."),
    `must have at most ${MOST_CHARACTERS} characters`,
  );
}

/** @throws {Unreadable} if there is no object */
export function requiredObject(from: unknown, ...path: Path): JsonObject {
  const value = valueAt(from, ...path);
  if (!isJsonObject(value)) {
    throw unreadable(path.join("."), "must be an object");
  }
  return value;
}

/** Unix seconds at a path as RFC 3339 in UTC; undefined if there is no such whole number. */
export function secondsAt(from: unknown, ...path: Path): string | undefined {
  const value = valueAt(from, ...path);
  if (
    typeof value !== "number" || !Number.isInteger(value) || value < 0 ||
    value > MAX_SECONDS
  ) return undefined;
  return new Date(value * 1000).toISOString().replace(".000Z", "Z");
}

/** @throws {Unreadable} if there are no such Unix seconds */
export function requiredSeconds(from: unknown, ...path: Path): string {
  const time = secondsAt(from, ...path);
  if (time !== undefined) return time;
  throw unreadable(path.join("."), "must be seconds since 1970");
}

/** The end of the year 9999, the last that RFC 3339 has. */
const MAX_SECONDS = 253_402_300_799;

/** A country's code in capital letters; undefined if it is none. */
export function countryAt(from: unknown, ...path: Path): string | undefined {
  const code = textAt(from, ...path)?.toUpperCase();
  return code !== undefined && /^[A-Z]{2}$/.test(code) ? code : undefined;
}

/** An object without its keys that have no value. */
export function present<const T extends object>(object: T): Present<T> {
  const entries = Object.entries(object)
    .filter(([, value]) => value !== undefined);
  // What is left has the type of before, but for undefined.
  return Object.fromEntries(entries) as Present<T>;
}

type Present<T> =
  & { [K in keyof T as undefined extends T[K] ? never : K]: T[K] }
  & {
    [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<
      T[K],
      undefined
    >;
  };
