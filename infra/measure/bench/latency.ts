import type { Figure, Recorder } from "./bench.ts";
import type { Percentiles } from "./load/percentiles.ts";

/** Takes down the percentiles of a round, in milliseconds. */
export function recordLatency(
  record: Pick<Recorder, "add">,
  of: Pick<Figure, "stage" | "subject" | "at" | "x">,
  { p50, p95, p99, p999 }: Omit<Percentiles, "max">,
): void {
  const told = { p50, p95, p99, "p99.9": p999 };
  for (const [name, value] of Object.entries(told)) {
    record.add(
      { ...of, figure: `latency ${name}`, unit: "ms", better: "less" },
      value,
    );
  }
}
