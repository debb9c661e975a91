import {
  eventTypeLabel,
  eventTypeLabels,
  type ValidatedEvent,
} from "#contracts/events/registry.ts";
import { PAYMENT_AUTHORIZED } from "#contracts/events/payment_authorized/payment_authorized.ts";
import { readRfc3339 } from "#contracts/rfc3339.ts";
import { topics } from "#contracts/topics.ts";
import { currencyLabel } from "#runtime/currency_label.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import type { WorkerMetrics } from "#consumer/handler.ts";
import { partitionLabels } from "#consumer/worker_metrics.ts";
import { ageBucketsMs, type Metrics } from "#runtime/metrics.ts";
import { isCorrection } from "./correction.ts";
import { factMetrics } from "./fact_metrics.ts";
import type { EventsRead } from "./handle.ts";
import type { RecentEvents } from "./recent_events.ts";

/**
 * What analytics counts: each record once, when it is finished and its position committed.
 *
 * A counter is one process's memory, not a ledger: what another process counted before it lost the partition
 * may count there and here, and what was committed when a process died may count nowhere.
 */
export function analyticsMetrics(
  metrics: Metrics,
  { events, recent, rawTopic, clock }: {
    events: EventsRead;
    recent: RecentEvents;
    rawTopic: string;
    clock: () => Date;
  },
): WorkerMetrics {
  const total = metrics.counter({
    name: "eventflow_analytics_total_processed_total",
    answers: "How many events have been counted, and how fast?",
    help: "Events counted, duplicates among them.",
  });
  const byEventType = metrics.counter({
    name: "eventflow_analytics_by_event_type_total",
    answers: "Of which type are the events counted?",
    help: "Events counted, by type.",
    labels: { event_type: eventTypeLabels },
  });
  const byPartition = metrics.counter({
    name: "eventflow_analytics_by_partition_total",
    answers: "Is the load spread evenly over the partitions?",
    help: "Events counted, by partition.",
    labels: { partition: partitionLabels(topics.validated) },
  });
  const duplicates = metrics.counter({
    name: "eventflow_analytics_duplicates_total",
    answers: "How many of the events counted were counted before?",
    help: "Events counted that another record had brought not long before.",
  });
  const corrections = metrics.counter({
    name: "eventflow_analytics_corrections_total",
    answers: "How many facts were said anew by a newer mapping?",
    help:
      "Events counted that correct what a lower mapping version had said; they are in no figure of payments and amounts.",
  });
  const payments = metrics.counter({
    name: "eventflow_analytics_payments_total",
    answers: "How many payments were authorised in each currency?",
    help:
      "Authorised payments counted, without duplicates and corrections, by currency.",
    labels: { currency: [] },
  });
  const amount = metrics.counter({
    name: "eventflow_analytics_amount_total",
    answers: "How much money was authorised in each currency?",
    help:
      "Amounts of the authorised payments counted, without duplicates and corrections, in units of the currency; a measure, not a ledger.",
    labels: { currency: [] },
  });
  const errors = metrics.counter({
    name: "eventflow_analytics_processing_errors_total",
    answers: "Does analytics fail at anything?",
    help:
      "Failed tries that are repeated, and records that became dead letters.",
  });
  const age = metrics.histogram({
    name: "eventflow_analytics_event_age_ms",
    answers:
      "How old are events, by their own timestamps, when they are counted?",
    help: "From an event's timestamp to its being counted; at least 0.",
    buckets: ageBucketsMs,
  });
  const latency = metrics.histogram({
    name: "eventflow_analytics_processing_latency_seconds",
    answers: "How long does analytics hold a record?",
    help: "From taken up to committed, per record.",
  });

  const countPayment = ({ event_type, payload }: ValidatedEvent) => {
    if (event_type !== PAYMENT_AUTHORIZED) return;
    const currency = currencyLabel(payload.currency);
    payments.add(1, { currency });
    amount.add(payload.amount, { currency });
  };
  const countFact = factMetrics(metrics);

  const count = (event: ValidatedEvent, record: ReceivedRecord) => {
    total.add(1, {});
    byEventType.add(1, { event_type: eventTypeLabel(event.event_type) });
    byPartition.add(1, { partition: String(record.partition) });
    const isDuplicate = recent.isDuplicate(event.event_id);
    if (isCorrection(record, rawTopic)) corrections.add(1, {});
    else if (isDuplicate) duplicates.add(1, {});
    else {
      countFact(event, record);
      countPayment(event);
    }
    const at = readRfc3339(event.timestamp);
    if (at.ok) age.observe(Math.max(0, clock().getTime() - at.ms), {});
  };

  return {
    // Analytics has no counter of records merely taken up.
    consumed() {},
    committed({ results, seconds }) {
      latency.observe(seconds, {}, results.length);
      for (const { record, outcome } of results) {
        if (outcome.kind === "dead-letter") errors.add(1, {});
        const event = events.get(record);
        if (event !== undefined) count(event, record);
      }
    },
    failed: () => errors.add(1, {}),
  };
}
