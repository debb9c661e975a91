import assert from "node:assert/strict";
import { test } from "node:test";
import type { Outcome } from "#runtime/kafka/worker/handler.ts";
import { Metrics } from "#runtime/metrics.ts";
import { persistenceMetrics } from "./metrics.ts";
import { record } from "./test_records.ts";

const prefix = "eventflow_persistence_";

/** The service's series, without those of a histogram's buckets. */
async function seriesOf(metrics: Metrics): Promise<Record<string, number>> {
  const text = await metrics.render();
  return Object.fromEntries(
    text.split("\n")
      .filter((line) => line.startsWith(prefix) && !line.includes("_bucket"))
      .map((line) => line.slice(prefix.length).split(" "))
      .map(([name, value]) => [name, Number(value)]),
  );
}

function setUp() {
  const registry = new Metrics("persistence-writer");
  const worker = persistenceMetrics(registry);
  return { registry, worker };
}

const deadLetter: Outcome = {
  kind: "dead-letter",
  rejection: { code: "not_storable", message: "", issues: [] },
};

test("every series of the wire contract exists from the start with value 0", async () => {
  const { registry } = setUp();
  assert.deepEqual(await seriesOf(registry), {
    "consumed_total": 0,
    "stored_total": 0,
    "stored_earlier_total": 0,
    "duplicates_total": 0,
    "dlq_published_total": 0,
    "processing_errors_total": 0,
    'by_partition_total{partition="0"}': 0,
    'by_partition_total{partition="1"}': 0,
    'by_partition_total{partition="2"}': 0,
    'by_event_type_total{event_type="payment.authorized.v1"}': 0,
    "processing_latency_seconds_sum": 0,
    "processing_latency_seconds_count": 0,
  });
});

test("each finished record is stored, a duplicate or a dead letter, and counts once", async () => {
  const { registry, worker } = setUp();
  const effects: Outcome[] = [
    { kind: "done", as: "stored" },
    { kind: "done", as: "stored_earlier" },
    { kind: "done", as: "duplicate" },
    deadLetter,
  ];
  const results = effects.map((outcome, offset) => ({
    record: record(offset, ""),
    outcome,
  }));
  worker.consumed(results.map(({ record }) => record));
  worker.failed(results.map(({ record }) => record));
  worker.settled({ results, seconds: 0.25 });
  assert.deepEqual(await seriesOf(registry), {
    "consumed_total": 4,
    "stored_total": 2,
    "stored_earlier_total": 1,
    "duplicates_total": 1,
    "dlq_published_total": 1,
    "processing_errors_total": 1,
    'by_partition_total{partition="0"}': 4,
    'by_partition_total{partition="1"}': 0,
    'by_partition_total{partition="2"}': 0,
    'by_event_type_total{event_type="payment.authorized.v1"}': 3,
    "processing_latency_seconds_sum": 1,
    "processing_latency_seconds_count": 4,
  });
});
