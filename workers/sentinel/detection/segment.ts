/**
 * What payments are told apart by: a path of up to four names, from the provider down. The empty path is all of them.
 *
 * @module
 */
import {
  type AnomalyLevel,
  anomalyLevels,
  type AnomalySegment,
} from "#contracts/anomaly.ts";

export const levels = anomalyLevels;
export type Level = AnomalyLevel;

/** Names from the provider down: `["stripe", "default", "EUR", "card"]`. */
export type Path = readonly string[];

export function levelOf(path: Path): Level {
  return levels[path.length] ?? "family";
}

export function segmentOf(path: Path): AnomalySegment {
  const [provider, account, currency, family] = path;
  return {
    ...provider !== undefined && { provider },
    ...account !== undefined && { account },
    ...currency !== undefined && { currency },
    ...family !== undefined && { family },
  };
}

/** A path as one text, which is unlike any other path's, and unlike all that an object has by itself. */
export function keyOf(path: Path): string {
  return path.map(encoded).join("/");
}

/** Whoever sends events may call itself `constructor`: by that name a plain object without such a segment has something. */
function encoded(name: string): string {
  return name in Object.prototype
    ? `%${name.charCodeAt(0).toString(16)}${name.slice(1)}`
    : encodeURIComponent(name);
}

const MOST_KEPT = 4_096;
const kept = new Map<string, readonly string[]>();

/** The keys of a path and of all above it, from the empty path down. Kept, as the same paths come again and again. */
export function keysDownTo(path: Path): readonly string[] {
  const name = path.join("\u0000");
  let keys = kept.get(name);
  if (keys === undefined) {
    keys = Array.from(
      { length: path.length + 1 },
      (_, depth) => keyOf(path.slice(0, depth)),
    );
    if (kept.size >= MOST_KEPT) kept.clear();
    kept.set(name, keys);
  }
  return keys;
}

export function pathOf(key: string): string[] {
  return key === ""
    ? []
    : key.split("/").map((name) => decodeURIComponent(name));
}

/** Whether a path is another, or lies above it. */
export function covers(upper: Path, lower: Path): boolean {
  return upper.length <= lower.length &&
    upper.every((name, index) => lower[index] === name);
}

/** A path for a person: `stripe / default / EUR`. */
export function pathText(path: Path): string {
  return path.length === 0 ? "all" : path.join(" / ");
}
