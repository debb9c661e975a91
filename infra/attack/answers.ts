import { type Percentiles, percentilesOf } from "../bench/load/percentiles.ts";

/** What a signed webhook came to. */
export type Answer = {
  /** 0 where none came. */
  readonly status: number;
  /** From when it was due to its answer, or to when that was given up. */
  readonly ms: number;
};

/** Statuses and how often each came, with the rarest last. */
export function countStatuses(
  answers: readonly Answer[],
): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const { status } of answers) {
    counts.set(status, (counts.get(status) ?? 0) + 1);
  }
  return new Map([...counts].sort(([, a], [, b]) => b - a));
}

export function latencyOf(answers: readonly Answer[]): Percentiles {
  return percentilesOf(Float64Array.from(answers, ({ ms }) => ms));
}

/** Statuses and how often each came, for a person. */
export function describeStatuses(
  counts: Iterable<readonly [number | string, number]>,
): string {
  return [...counts]
    .map(([status, times]) => `${times} × ${status || "no answer"}`)
    .join(", ");
}
