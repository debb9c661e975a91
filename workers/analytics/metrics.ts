import {
  PAYMENT_AUTHORIZED,
  type PaymentAuthorized,
} from "#contracts/events/payment_authorized.ts";
import { topics } from "#contracts/topics.ts";
import type { ReceivedRecord } from "#runtime/kafka/port.ts";
import type { WorkerMetrics } from "#runtime/kafka/worker/handler.ts";
import { partitionLabels } from "#runtime/kafka/worker/worker_metrics.ts";
import type { Metrics } from "#runtime/metrics.ts";
import type { EventsRead } from "./handle.ts";
import type { RecentEvents } from "./recent_events.ts";

const ageBucketsMs = [
  1,
  5,
  10,
  25,
  50,
  100,
  250,
  500,
  1_000,
  2_500,
  5_000,
  10_000,
  30_000,
  60_000,
  300_000,
];

/** What analytics counts: each event once, when its record is finished and its position committed. */
export function analyticsMetrics(
  metrics: Metrics,
  { events, recent, clock }: {
    events: EventsRead;
    recent: RecentEvents;
    clock: () => Date;
  },
): WorkerMetrics {
  const total = metrics.counter({
    name: "eventflow_analytics_total_processed_total",
    help: "Events counted, duplicates among them.",
  });
  const byEventType = metrics.counter({
    name: "eventflow_analytics_by_event_type_total",
    help: "Events counted, by type.",
    labels: { event_type: [PAYMENT_AUTHORIZED] },
  });
  const byPartition = metrics.counter({
    name: "eventflow_analytics_by_partition_total",
    help: "Events counted, by partition.",
    labels: { partition: partitionLabels(topics.validated) },
  });
  const duplicates = metrics.counter({
    name: "eventflow_analytics_duplicates_total",
    help: "Events counted that another record had brought not long before.",
  });
  const errors = metrics.counter({
    name: "eventflow_analytics_processing_errors_total",
    help:
      "Failed tries that are repeated, and records that became dead letters.",
  });
  const age = metrics.histogram({
    name: "eventflow_analytics_event_age_ms",
    help: "From an event's timestamp to its being counted; at least 0.",
    buckets: ageBucketsMs,
  });
  const latency = metrics.histogram({
    name: "eventflow_analytics_processing_latency_seconds",
    help: "From taken up to committed, per record.",
  });

  const count = (event: PaymentAuthorized, record: ReceivedRecord) => {
    total.add(1, {});
    byEventType.add(1, { event_type: event.event_type });
    byPartition.add(1, { partition: String(record.partition) });
    if (recent.isDuplicate(event.event_id, record)) duplicates.add(1, {});
    const ageMs = clock().getTime() - Date.parse(event.timestamp);
    age.observe(Math.max(0, ageMs), {});
  };

  return {
    // Analytics has no counter of records merely taken up.
    consumed() {},
    settled({ results, seconds }) {
      for (const { record, outcome } of results) {
        latency.observe(seconds, {});
        if (outcome.kind === "dead-letter") errors.add(1, {});
        const event = events.get(record);
        if (event !== undefined) count(event, record);
      }
    },
    failed: () => errors.add(1, {}),
  };
}
