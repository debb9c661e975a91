/**
 * Positions as ranges: a million letters of one cause are often a few thousand ranges.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { Offsets, Records } from "#contracts/desk_action.ts";

export type Range = {
  readonly partition: number;
  readonly first: number;
  readonly last: number;
};

export type Position = { readonly partition: number; readonly offset: number };

/** Ranges of single positions, in the order of partition and offset. */
export function rangesOf(positions: readonly Position[]): Range[] {
  const sorted = [...positions].sort((a, b) =>
    a.partition - b.partition || a.offset - b.offset
  );
  const ranges: Range[] = [];
  for (const { partition, offset } of sorted) {
    const last = ranges.at(-1);
    if (last?.partition === partition && offset <= last.last + 1) {
      ranges[ranges.length - 1] = { ...last, last: offset };
    } else ranges.push({ partition, first: offset, last: offset });
  }
  return ranges;
}

/** Ranges in order, as an action names them. */
export function recordsOf(topic: string, ranges: readonly Range[]): Records {
  const offsets = [...Map.groupBy(ranges, ({ partition }) => partition)].map(
    ([partition, its]): Offsets => ({
      partition,
      ranges: its.map(({ first, last }) => [first, last]),
    }),
  );
  return { topic, offsets };
}

/** The ranges that an action names. */
export function rangesIn({ offsets }: Records): Range[] {
  return offsets.flatMap(({ partition, ranges }) =>
    ranges.map(([first, last]) => ({ partition, first, last }))
  );
}

/** Of an action's positions how many are named at most, so that its record stays below a megabyte. */
export const MOST_RANGES = 30_000;

/** What a person approves is these positions and no others: SHA-256 of `<topic>/<partition>/<first>-<last>` in order, a line each. */
export function positionsHash(
  topic: string,
  ranges: readonly Range[],
): string {
  const hash = createHash("sha256");
  for (const { partition, first, last } of ranges) {
    hash.update(`${topic}/${partition}/${first}-${last}\n`);
  }
  return hash.digest("hex");
}

/** How many positions ranges have. */
export function countOf(ranges: readonly Range[]): number {
  return ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);
}
