import { Enrichment } from "#contracts/events/payment_enriched.ts";
import type { Result, WorkerMetrics } from "#consumer/handler.ts";
import type { Metrics } from "#runtime/metrics.ts";
import { type Effect, effects } from "./enriched_store.ts";
import type { EnrichedRead } from "./handle.ts";

const bands = Enrichment.shape.band.unwrap().options;

/**
 * What the enriched writer counts: each record once, when it is finished and its position committed. Its effects add up to what was
 * finished, but for dead letters and what was meant for another service.
 */
export function enrichedWriterMetrics(
  metrics: Metrics,
  { seen }: { seen: EnrichedRead },
): WorkerMetrics {
  const events = metrics.counter({
    name: "eventflow_enriched_writer_events_total",
    answers: "How many enriched events are rows, and how fast?",
    help:
      "Enriched events finished, by what became of each: a row, a row made earlier, a duplicate, superseding or outdated; dead letters are not among them.",
    labels: { effect: effects },
  });
  const scores = metrics.counter({
    name: "eventflow_enriched_writer_scores_total",
    answers:
      "How many of the scores that are stored are low, elevated and high?",
    help:
      "Scores that are rows, by band: those stored, and those that took the place of one of a lower mapping version.",
    labels: { band: bands },
  });
  const degraded = metrics.counter({
    name: "eventflow_enriched_writer_degraded_total",
    answers:
      "How many of the scores that are stored are worth less than usual?",
    help: "Of the scores that are rows, those that say why they are degraded.",
  });
  const errors = metrics.counter({
    name: "eventflow_enriched_writer_processing_errors_total",
    answers:
      "Does the enriched writer have to try again, as with PostgreSQL away?",
    help: "Failed tries that are repeated; dead letters are not among them.",
  });
  const latency = metrics.histogram({
    name: "eventflow_enriched_writer_processing_latency_seconds",
    answers: "How long does it take to store an enriched event?",
    help: "From taken up to committed, per record.",
  });
  return {
    consumed() {},
    committed({ results, seconds }) {
      latency.observe(seconds, {}, results.length);
      for (const result of results) {
        const effect = effectOf(result);
        if (effect === undefined) continue;
        events.add(1, { effect });
        const read = seen.get(result.record);
        if (!becameRow.has(effect) || read?.band === undefined) continue;
        scores.add(1, { band: read.band });
        if ((read.degraded?.length ?? 0) > 0) degraded.add(1, {});
      }
    },
    failed: () => errors.add(1, {}),
  };
}

const becameRow: ReadonlySet<Effect> = new Set([
  "stored",
  "stored_earlier",
  "superseded",
]);

function effectOf({ outcome }: Result): Effect | undefined {
  return outcome.kind === "done"
    ? effects.find((effect) => effect === outcome.as)
    : undefined;
}
