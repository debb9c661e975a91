import type { WorkerMetrics } from "#consumer/handler.ts";
import type { Metrics } from "#runtime/metrics.ts";

export function validatorMetrics(
  metrics: Metrics,
  topic: string,
): WorkerMetrics {
  const byTopic = { labels: { topic: [topic] } };
  const consumed = metrics.counter({
    name: "eventflow_validator_events_consumed_total",
    answers: "How many raw records has the validator taken up?",
    help: "Raw records taken up, once each however often they are tried.",
    ...byTopic,
  });
  const validated = metrics.counter({
    name: "eventflow_validator_events_validated_total",
    answers:
      "How many events have passed on to the validated topic, and how fast?",
    help: "Records passed on to the validated topic.",
    ...byTopic,
  });
  const deadLettered = metrics.counter({
    name: "eventflow_validator_events_dlq_total",
    answers: "How many raw records were refused?",
    help: "Records refused and written to the dead-letter topic.",
    ...byTopic,
  });
  const errors = metrics.counter({
    name: "eventflow_validator_processing_errors_total",
    answers: "Does the validator have to try again, as with Kafka away?",
    help: "Failed tries that are repeated; dead letters are not among them.",
    ...byTopic,
  });
  const latency = metrics.histogram({
    name: "eventflow_validator_processing_latency_seconds",
    answers: "How long does the validator hold a record?",
    help: "From taken up to committed, per record.",
  });
  return {
    consumed: (records) => consumed.add(records.length, { topic }),
    failed: () => errors.add(1, { topic }),
    committed({ results, seconds }) {
      const forwarded =
        results.filter(({ outcome }) => outcome.kind === "forward").length;
      validated.add(forwarded, { topic });
      deadLettered.add(results.length - forwarded, { topic });
      for (const _ of results) latency.observe(seconds, {});
    },
  };
}
