import { type Percentiles, percentilesOf } from "../bench/load/percentiles.ts";

/** What a signed webhook came to. */
export type Answer = {
  /** 0 if none came. */
  readonly status: number;
  /** From when it was due to its answer, or to when that was given up. */
  readonly ms: number;
  /** Why none came. */
  readonly why?: string;
};

/** What answers there were and how often each, the rarest last, for a person. */
export function describeAnswers(answers: readonly Answer[]): string {
  const counts = new Map<string, number>();
  for (const { status, why } of answers) {
    const what = status === 0 ? `no answer (${why})` : String(status);
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  return describeCounts([...counts].sort(([, a], [, b]) => b - a));
}

/** Each with how often it came, for a person. */
export function describeCounts(
  counts: Iterable<readonly [string, number]>,
): string {
  return [...counts].map(([what, times]) => `${times} × ${what}`).join(", ");
}

export function latencyOf(answers: readonly Answer[]): Percentiles {
  return percentilesOf(Float64Array.from(answers, ({ ms }) => ms));
}
