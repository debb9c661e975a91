/**
 * How the budget of false alarms is shared: a part for each ratio that a test looks for, of all together and of what is below. Parts of
 * levels that have no segments go to all the others.
 *
 * @module
 */
import type { Node } from "./node.ts";
import {
  type Direction,
  directions,
  type SeriesSpec,
  seriesSpecs,
} from "./signals.ts";

/** What is below, from providers down to families. What is above is seen sooner, and concerns more. */
const LEVELS: readonly number[] = [0.8, 0.1, 0.06, 0.04];

/** All parts of all together, and all of what is below. */
const WHOLE = { top: wholeOf("top"), below: wholeOf("below") };

/** False alarms a week that one segment's test for one ratio may raise. */
export function budgetOf(
  { spec, direction, index, node, nodes, perWeek }: {
    readonly spec: SeriesSpec;
    readonly direction: Direction;
    /** Of the ratio. */
    readonly index: number;
    readonly node: Node;
    /** Those that are judged. */
    readonly nodes: readonly Node[];
    readonly perWeek: number;
  },
): number {
  const { top, below } = spec.budget[direction];
  const isAlone = nodes.every(({ path }) => path.length === 0);
  const whole = WHOLE.top + (isAlone ? 0 : WHOLE.below);
  if (node.path.length === 0) return perWeek * (top[index] ?? 0) / whole;
  const peers = (depth: number) =>
    nodes.filter(({ path }) => path.length === depth).length;
  const parts = LEVELS.map((part, level) =>
    level < spec.depth && peers(level + 1) > 0 ? part : 0
  );
  const sum = parts.reduce((total, part) => total + part, 0);
  const part = (parts[node.path.length - 1] ?? 0) / sum;
  return perWeek * (below[index] ?? 0) / whole * part /
    peers(node.path.length);
}

function wholeOf(level: "top" | "below"): number {
  let sum = 0;
  for (const { budget } of seriesSpecs) {
    for (const direction of directions) {
      for (const part of budget[direction][level]) sum += part;
    }
  }
  return sum;
}
