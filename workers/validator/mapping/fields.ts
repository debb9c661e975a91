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

/** The text at a path, or a whole number as text; undefined if it is anything else, or blank. */
export function textAt(from: unknown, ...path: Path): string | undefined {
  const value = valueAt(from, ...path);
  return typeof value === "number" && Number.isSafeInteger(value)
    ? String(value)
    : nonBlank(value);
}

/** @throws {Unreadable} if there is no such text */
export function requiredText(from: unknown, ...path: Path): string {
  const text = textAt(from, ...path);
  if (text === undefined) throw unreadable(path.join("."), "must be a text");
  return text;
}

/** @throws {Unreadable} if there is no object */
export function requiredObject(from: unknown, ...path: Path): JsonObject {
  const value = valueAt(from, ...path);
  if (!isJsonObject(value)) {
    throw unreadable(path.join("."), "must be an object");
  }
  return value;
}

/**
 * Unix seconds at a path as RFC 3339 in UTC.
 *
 * @throws {Unreadable} if there is no such whole number
 */
export function requiredSeconds(from: unknown, ...path: Path): string {
  const value = valueAt(from, ...path);
  if (
    typeof value !== "number" || !Number.isInteger(value) || value < 0 ||
    value > MAX_SECONDS
  ) throw unreadable(path.join("."), "must be seconds since 1970");
  return new Date(value * 1000).toISOString().replace(".000Z", "Z");
}

/** The end of the year 9999, the last that RFC 3339 has. */
const MAX_SECONDS = 253_402_300_799;

/** A country's code in capital letters; undefined if it is none. */
export function countryAt(from: unknown, ...path: Path): string | undefined {
  const code = textAt(from, ...path)?.toUpperCase();
  return code !== undefined && /^[A-Z]{2}$/.test(code) ? code : undefined;
}

/** An object without its keys that have no value. */
export function present<T extends object>(object: T): Present<T> {
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
