/**
 * Which segment explains an alarm. If one provider is away, all payments are fewer; if all are fewer, each provider is. Each candidate
 * is one change of one ratio in one segment: the one that makes what was counted likeliest wins, and deeper ones have to be likelier by
 * as much as there are to choose from (minimum description length).
 *
 * @module
 */
import { deviance, type Minute } from "./evidence.ts";
import { naturalLogarithm } from "./natural_logarithm.ts";
import type { Direction, SeriesSpec } from "./signals.ts";

export type Candidate<T> = {
  readonly of: T;
  /** How deep it lies, and how many there are so deep. */
  readonly depth: number;
  readonly peers: number;
  readonly dispersion: number;
  /** What was counted since the change. */
  readonly sum: Minute;
};

/** In nats, for each step down. */
const STEP = 0.5;

/** @returns the likeliest; `undefined` if none moved that way */
export function bestExplanation<T>(
  candidates: readonly Candidate<T>[],
  { kind }: Pick<SeriesSpec, "kind">,
  direction: Direction,
): T | undefined {
  let best: { of: T; score: number } | undefined;
  const byDepth = [...candidates].sort((a, b) => a.depth - b.depth);
  for (const { of, depth, peers, dispersion, sum } of byDepth) {
    const isUp = sum.observed > sum.expected;
    if (isUp !== (direction === "up")) continue;
    const cost = depth * STEP + naturalLogarithm(Math.max(peers, 1));
    const score = deviance(sum, kind) / dispersion - cost;
    if (best === undefined || score > best.score) best = { of, score };
  }
  return best?.of;
}
