/** The percentiles that are told of latencies, in the same unit as the values. */
export type Percentiles = {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
};

/** Percentiles by the nearest rank, of all values: nothing is estimated. NaN if there is none. */
export function percentilesOf(values: Float64Array): Percentiles {
  const sorted = values.toSorted();
  const rank = (share: number) =>
    sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
  return {
    p50: rank(0.5),
    p95: rank(0.95),
    p99: rank(0.99),
    p999: rank(0.999),
    max: rank(1),
  };
}
