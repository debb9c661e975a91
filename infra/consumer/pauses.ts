import type { Readiness } from "#runtime/health.ts";
import type { CommonWorkerMetrics, PauseReason } from "./worker_metrics.ts";

/** Which partitions wait, and for what: the one place that says so to readiness and metrics. */
export class Pauses {
  readonly #readiness: Readiness;
  readonly #metrics: Pick<CommonWorkerMetrics, "paused" | "pauses">;
  readonly #reasons = new Map<number, PauseReason>();

  constructor(
    { readiness, metrics }: {
      readiness: Readiness;
      metrics: Pick<CommonWorkerMetrics, "paused" | "pauses">;
    },
  ) {
    this.#readiness = readiness;
    this.#metrics = metrics;
  }

  /** A partition waits, or still does. */
  pause(partition: number, reason: PauseReason, sentence: string): void {
    const before = this.#reasons.get(partition);
    this.#readiness.block(partOf(partition), sentence);
    if (before === reason) return;
    this.#reasons.set(partition, reason);
    this.#metrics.pauses.add(1, { reason });
    this.#measure(before);
    this.#measure(reason);
  }

  /** A partition waits for nothing. */
  end(partition: number): void {
    const before = this.#reasons.get(partition);
    this.#readiness.clear(partOf(partition));
    this.#reasons.delete(partition);
    this.#measure(before);
  }

  #measure(reason: PauseReason | undefined): void {
    if (reason === undefined) return;
    const count = [...this.#reasons.values()].filter((one) => one === reason);
    this.#metrics.paused.set(count.length, { reason });
  }
}

function partOf(partition: number): string {
  return `partition ${partition}`;
}
