import { eventTypeLabel, eventTypeLabels } from "#contracts/events/registry.ts";
import { readRfc3339 } from "#contracts/rfc3339.ts";
import { topics } from "#contracts/topics.ts";
import type { Result, WorkerMetrics } from "#consumer/handler.ts";
import { partitionLabels } from "#consumer/worker_metrics.ts";
import { ageBucketsMs, type Metrics } from "#runtime/metrics.ts";
import type { Stored } from "./event_store.ts";
import type { EventsRead } from "./handle.ts";

export const EVENT_AGE = "eventflow_persistence_event_age_ms";

/** What a finished record counts as; `Stored` by its kinds. */
type Effect = Exclude<Stored["kind"], "conflict" | "reused_transmission">;

/**
 * What persistence counts. Finished records are counted once, when their position is committed: each
 * is stored, a duplicate, superseding, outdated or a dead letter, so those five add up to what was consumed and finished.
 */
export function persistenceMetrics(
  metrics: Metrics,
  { events, clock }: {
    events: EventsRead;
    /** Milliseconds since the epoch. */
    clock: () => number;
  },
): WorkerMetrics {
  const consumed = metrics.counter({
    name: "eventflow_persistence_consumed_total",
    answers: "How many validated records has persistence taken up?",
    help: "Records taken up, once each however often they are tried.",
  });
  const stored = metrics.counter({
    name: "eventflow_persistence_stored_total",
    answers: "How many rows have been made, and how fast?",
    help: "Finished records that are a row of their own.",
  });
  const storedEarlier = metrics.counter({
    name: "eventflow_persistence_stored_earlier_total",
    answers:
      "How much was handed to persistence again after a crash or a rebalance?",
    help: "Of those stored, records whose row an earlier try had made.",
  });
  const duplicates = metrics.counter({
    name: "eventflow_persistence_duplicates_total",
    answers: "How often does a provider send an event twice?",
    help: "Finished records whose event another record had stored.",
  });
  const superseded = metrics.counter({
    name: "eventflow_persistence_superseded_total",
    answers: "How many facts were corrected by a newer mapping?",
    help:
      "Finished records whose fact took the place of the same fact of a lower mapping version.",
  });
  const outdated = metrics.counter({
    name: "eventflow_persistence_outdated_total",
    answers: "Does an older mapping still send facts that were corrected?",
    help:
      "Finished records whose fact is stored with a higher mapping version.",
  });
  const deadLetters = metrics.counter({
    name: "eventflow_persistence_dlq_published_total",
    answers: "How many validated records could not be stored?",
    help: "Records that became dead letters.",
  });
  const errors = metrics.counter({
    name: "eventflow_persistence_processing_errors_total",
    answers: "Does persistence have to try again, as with PostgreSQL away?",
    help: "Failed tries that are repeated; dead letters are not among them.",
  });
  const byPartition = metrics.counter({
    name: "eventflow_persistence_by_partition_total",
    answers: "Is the load spread evenly over the partitions?",
    help: "Finished records by partition.",
    labels: { partition: partitionLabels(topics.validated) },
  });
  const byEventType = metrics.counter({
    name: "eventflow_persistence_by_event_type_total",
    answers: "Of which type are the events stored?",
    help: "Finished records, without dead letters, by type of event.",
    labels: { event_type: eventTypeLabels },
  });
  const latency = metrics.histogram({
    name: "eventflow_persistence_processing_latency_seconds",
    answers: "How long does it take to store a record?",
    help: "From taken up to committed, per record.",
  });
  const age = metrics.histogram({
    name: EVENT_AGE,
    answers: "How old are events, by their own timestamps, when they are rows?",
    help:
      "From the timestamp of an event that is stored to its being finished, in milliseconds; at least 0.",
    buckets: ageBucketsMs,
  });
  const effects: Record<Effect, (times: number) => void> = {
    stored: (times) => stored.add(times, {}),
    stored_earlier(times) {
      stored.add(times, {});
      storedEarlier.add(times, {});
    },
    duplicate: (times) => duplicates.add(times, {}),
    superseded: (times) => superseded.add(times, {}),
    outdated: (times) => outdated.add(times, {}),
  };
  const isEffect = (as: string | undefined): as is Effect =>
    as !== undefined && Object.hasOwn(effects, as);
  const typeOf = ({ record }: Result) => {
    const event = events.get(record);
    return event && eventTypeLabel(event.type);
  };
  const effectOf = ({ outcome }: Result) =>
    outcome.kind === "done" ? outcome.as : outcome.kind;

  return {
    consumed: (records) => consumed.add(records.length, {}),
    committed({ results, seconds }) {
      const nowMs = clock();
      for (const { record } of results) {
        latency.observe(seconds, {});
        const at = readRfc3339(events.get(record)?.timestamp ?? "");
        if (at.ok) age.observe(Math.max(0, nowMs - at.ms), {});
      }
      const partitions = Map.groupBy(results, ({ record }) => record.partition);
      for (const [partition, { length }] of partitions) {
        byPartition.add(length, { partition: String(partition) });
      }
      for (const [effect, alike] of Map.groupBy(results, effectOf)) {
        if (effect === "dead-letter") deadLetters.add(alike.length, {});
        if (!isEffect(effect)) continue;
        effects[effect](alike.length);
        for (const [event_type, { length }] of Map.groupBy(alike, typeOf)) {
          if (event_type !== undefined) byEventType.add(length, { event_type });
        }
      }
    },
    failed: () => errors.add(1, {}),
  };
}
