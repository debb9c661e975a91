import assert from "node:assert/strict";
import { test } from "node:test";
import { Metrics } from "#runtime/metrics.ts";
import { paymentJson } from "#kit/payment.ts";
import { record } from "#kit/validated_record.ts";
import { enrichmentMetrics, measureTimeline } from "./metrics.ts";

test("what was enriched counts when it is finished, by its band and what was not known", async () => {
  const metrics = new Metrics("enrichment-service");
  const good = record(1, paymentJson());
  const seen = new WeakMap([[good, {
    enrichment: "{}",
    band: "high" as const,
    degraded: ["no_customer" as const],
  }]]);
  const worker = enrichmentMetrics(metrics, { seen });
  worker.failed([good]);
  worker.committed({
    results: [{ record: good, outcome: { kind: "done" } }],
    seconds: 0.5,
  });
  measureTimeline(metrics, {
    state: {
      entities: 5,
      payments: 4,
      waiting: 3,
      evicted: 2,
      late: 1,
      rewinds: 0,
      snapshotAgeMs: 7_000,
    },
  });
  const page = await metrics.render();
  for (
    const line of [
      "events_total 1",
      "processing_errors_total 1",
      'scores_total{band="high"} 1',
      'degraded_total{reason="no_customer"} 1',
      "processing_latency_seconds_count 1",
      "entities 5",
      "pending_records 3",
      "late 1",
      "snapshot_age_seconds 7",
    ]
  ) {
    assert.ok(page.includes(`\neventflow_enrichment_${line}\n`), line);
  }
});
