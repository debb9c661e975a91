import assert from "node:assert/strict";
import { test } from "node:test";
import { services } from "#contracts/services.ts";
import type { Outcome } from "#consumer/handler.ts";
import { Metrics } from "#runtime/metrics.ts";
import { record } from "#kit/validated_record.ts";
import { type Effect, effects } from "./enriched_store.ts";
import type { EnrichedRead } from "./handle.ts";
import { enrichedWriterMetrics } from "./metrics.ts";

const prefix = "eventflow_enriched_writer_";

async function seriesOf(metrics: Metrics): Promise<string[]> {
  return (await metrics.render()).split("\n")
    .filter((line) => line.startsWith(prefix) && !line.includes("latency"))
    .map((line) => line.slice(prefix.length));
}

test("every series exists from the start with value 0", async () => {
  const metrics = new Metrics(services.enriched_writer);
  enrichedWriterMetrics(metrics, { seen: new WeakMap() });
  assert.deepEqual(await seriesOf(metrics), [
    ...effects.map((effect) => `events_total{effect="${effect}"} 0`),
    ...["low", "elevated", "high"].map((band) =>
      `scores_total{band="${band}"} 0`
    ),
    "degraded_total 0",
    "processing_errors_total 0",
  ]);
});

test("a score counts when it is a row, what changes nothing counts as that alone, and a dead letter not at all", async () => {
  const metrics = new Metrics(services.enriched_writer);
  const seen: EnrichedRead = new WeakMap();
  const worker = enrichedWriterMetrics(metrics, { seen });
  const finished = (effect: Effect, told: "low" | "high" | undefined) => {
    const one = record(1, "{}");
    seen.set(one, { band: told, degraded: told === "high" ? ["no_rate"] : [] });
    return { record: one, outcome: { kind: "done", as: effect } as const };
  };
  const letter: Outcome = {
    kind: "dead-letter",
    rejection: { code: "not_storable", message: "", issues: [] },
  };
  worker.failed([]);
  worker.committed({
    results: [
      finished("stored", "low"),
      finished("stored", undefined),
      finished("stored_earlier", "low"),
      finished("superseded", "high"),
      finished("duplicate", "high"),
      finished("outdated", "high"),
      { record: record(2, "{}"), outcome: letter },
      {
        record: record(3, "{}"),
        outcome: { kind: "done", as: "passed_over" },
      },
    ],
    seconds: 1,
  });
  assert.deepEqual(await seriesOf(metrics), [
    'events_total{effect="stored"} 2',
    'events_total{effect="stored_earlier"} 1',
    'events_total{effect="duplicate"} 1',
    'events_total{effect="superseded"} 1',
    'events_total{effect="outdated"} 1',
    'scores_total{band="low"} 2',
    'scores_total{band="elevated"} 0',
    'scores_total{band="high"} 1',
    "degraded_total 1",
    "processing_errors_total 1",
  ]);
});
