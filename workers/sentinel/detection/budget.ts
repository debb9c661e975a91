/**
 * How a signal's budget of false alarms is shared: a part for each ratio that a test looks for, of all together and of what is below.
 *
 * @module
 */
import type { Node } from "./node.ts";
import type { Direction, SeriesSpec } from "./signals.ts";

/** What is below, from providers down to families. What is above is seen sooner, and concerns more. */
const LEVELS: readonly number[] = [0.8, 0.1, 0.06, 0.04];

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
    /** Of each signal. */
    readonly perWeek: number;
  },
): number {
  const { top, below } = spec.budget[direction];
  if (node.path.length === 0) return perWeek * (top[index] ?? 0);
  const peers = (depth: number) =>
    nodes.filter(({ path }) => path.length === depth).length;
  // Levels that have no segments leave theirs to the others.
  const parts = LEVELS.map((part, level) =>
    level < spec.depth && peers(level + 1) > 0 ? part : 0
  );
  const whole = parts.reduce((sum, part) => sum + part, 0);
  const part = (parts[node.path.length - 1] ?? 0) / whole;
  return perWeek * (below[index] ?? 0) * part / peers(node.path.length);
}
