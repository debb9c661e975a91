import type { WorkerMetrics } from "#consumer/handler.ts";
import type { Metrics } from "#runtime/metrics.ts";

/**
 * What the index takes in: each letter once, when it is finished and its position committed. Boards and alerts ask for these
 * three of every consumer.
 */
export function deadLetterDeskMetrics(metrics: Metrics): WorkerMetrics {
  const events = metrics.counter({
    name: "eventflow_dead_letter_desk_events_total",
    answers: "How many events have been handled, and how fast?",
    help: "Events handled; dead letters are not among them.",
  });
  const errors = metrics.counter({
    name: "eventflow_dead_letter_desk_processing_errors_total",
    answers: "Does dead letter desk have to try again?",
    help: "Failed tries that are repeated; dead letters are not among them.",
  });
  const latency = metrics.histogram({
    name: "eventflow_dead_letter_desk_processing_latency_seconds",
    answers: "How long does dead letter desk hold a record?",
    help: "From taken up to committed, per record.",
  });
  return {
    consumed() {},
    committed({ results, seconds }) {
      events.add(results.length, {});
      for (const _ of results) latency.observe(seconds, {});
    },
    failed: () => errors.add(1, {}),
  };
}
