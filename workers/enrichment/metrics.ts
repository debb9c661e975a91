import type { WorkerMetrics } from "#consumer/handler.ts";
import type { Metrics } from "#runtime/metrics.ts";
import type { EnrichedRecords } from "./handle.ts";
import { bands, degradations } from "./risk/score.ts";
import type { LiveTimeline } from "./timeline/live_timeline.ts";

/** What enrichment counts: each record once, when it is finished and its position committed. */
export function enrichmentMetrics(
  metrics: Metrics,
  { seen }: { seen: EnrichedRecords },
): WorkerMetrics {
  const events = metrics.counter({
    name: "eventflow_enrichment_events_total",
    answers: "How many events have been enriched, and how fast?",
    help: "Events enriched; dead letters are not among them.",
  });
  const scores = metrics.counter({
    name: "eventflow_enrichment_scores_total",
    answers: "How many payments are scored low, elevated and high?",
    help: "Events that were given a score, by its band.",
    labels: { band: bands },
  });
  const degraded = metrics.counter({
    name: "eventflow_enrichment_degraded_total",
    answers: "Of how many scores is less known than the model wants, and what?",
    help: "Scores that are worth less than the model's card says, by reason.",
    labels: { reason: degradations },
  });
  const errors = metrics.counter({
    name: "eventflow_enrichment_processing_errors_total",
    answers: "Does enrichment have to try again?",
    help: "Failed tries that are repeated; dead letters are not among them.",
  });
  const latency = metrics.histogram({
    name: "eventflow_enrichment_processing_latency_seconds",
    answers: "How long does enrichment hold a record?",
    help:
      "From taken up to committed, per record. Where little comes in, it waits until the other partitions are known to have nothing earlier.",
  });
  return {
    consumed() {},
    committed({ results, seconds }) {
      latency.observe(seconds, {}, results.length);
      for (const { record, outcome } of results) {
        if (outcome.kind !== "dead-letter") events.add(1, {});
        const enriched = seen.get(record);
        if (enriched?.band === undefined) continue;
        scores.add(1, { band: enriched.band });
        for (const reason of enriched.degraded) degraded.add(1, { reason });
      }
    },
    failed: () => errors.add(1, {}),
  };
}

type State = Pick<LiveTimeline<never, never>, "state">;

/** Tells how the timeline is. */
export function measureTimeline(metrics: Metrics, timeline: State): void {
  metrics.measured({
    name: "eventflow_enrichment_entities",
    answers:
      "How many customers, instruments, merchants and orders are remembered?",
    help: "Customers, instruments, merchants and orders that are remembered.",
    measure: () => timeline.state.entities,
  });
  metrics.measured({
    name: "eventflow_enrichment_payments",
    answers: "How many payments are remembered?",
    help: "Payments that are remembered.",
    measure: () => timeline.state.payments,
  });
  metrics.measured({
    name: "eventflow_enrichment_evicted",
    answers: "Is more to be remembered than there is room for?",
    help:
      "Entities and payments that have left since the start because there were too many.",
    measure: () => timeline.state.evicted,
  });
  metrics.measured({
    name: "eventflow_enrichment_late",
    answers: "Are clocks further apart than is allowed for?",
    help:
      "Records since the start that came when their second was taken for complete: those enriched before do not know of them.",
    measure: () => timeline.state.late,
  });
  metrics.measured({
    name: "eventflow_enrichment_rewinds",
    answers: "How often was the history read again?",
    help:
      "Times since the start that a partition was taken over from a member that was less far.",
    measure: () => timeline.state.rewinds,
  });
  metrics.measured({
    name: "eventflow_enrichment_pending_records",
    answers: "How many records are read and not part of the history yet?",
    help: "Records that are read and not folded into the history yet.",
    measure: () => timeline.state.waiting,
  });
  metrics.measured({
    name: "eventflow_enrichment_snapshot_age_seconds",
    answers: "How much has to be read again after a restart?",
    help:
      "Since the last snapshot of the history was written or restored; NaN if there is none.",
    measure: () => (timeline.state.snapshotAgeMs ?? NaN) / 1000,
  });
}
