import type { WorkerMetrics } from "#consumer/handler.ts";
import type { Metrics } from "#runtime/metrics.ts";

/**
 * What sentinel counts: each record once, when it is finished and its position committed. Boards and alerts ask for
 * these three by name; further ones are up to you. Every worker's own, such as lag and dead letters, come with the runtime.
 */
export function sentinelMetrics(metrics: Metrics): WorkerMetrics {
  const events = metrics.counter({
    name: "eventflow_sentinel_events_total",
    answers: "How many events have been handled, and how fast?",
    help: "Events handled; dead letters are not among them.",
  });
  const errors = metrics.counter({
    name: "eventflow_sentinel_processing_errors_total",
    answers: "Does sentinel have to try again?",
    help: "Failed tries that are repeated; dead letters are not among them.",
  });
  const latency = metrics.histogram({
    name: "eventflow_sentinel_processing_latency_seconds",
    answers: "How long does sentinel hold a record?",
    help: "From taken up to committed, per record.",
  });
  return {
    consumed() {},
    committed({ results, seconds }) {
      for (const { outcome } of results) {
        latency.observe(seconds, {});
        if (outcome.kind !== "dead-letter") events.add(1, {});
      }
    },
    failed: () => errors.add(1, {}),
  };
}
