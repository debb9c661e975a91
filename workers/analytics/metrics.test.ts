import assert from "node:assert/strict";
import { test } from "node:test";
import type { ReceivedRecord } from "#runtime/kafka/port.ts";
import { Metrics } from "#runtime/metrics.ts";
import { type EventsRead, read } from "./handle.ts";
import { analyticsMetrics } from "./metrics.ts";
import { RecentEvents } from "./recent_events.ts";
import { paymentJson, record } from "./test_records.ts";

const prefix = "eventflow_analytics_";

function setUp({ now = "2026-01-02T03:04:05.040Z" } = {}) {
  const registry = new Metrics("analytics-service");
  const events: EventsRead = new WeakMap();
  const worker = analyticsMetrics(registry, {
    events,
    recent: new RecentEvents(100),
    clock: () => new Date(now),
  });
  const settle = (...records: ReceivedRecord[]) =>
    worker.settled({
      results: records.map((one) => ({
        record: one,
        outcome: read(one, events),
      })),
      seconds: 0.5,
    });
  const series = async (
    isWanted = (line: string) => !line.includes("_bucket"),
  ) =>
    Object.fromEntries(
      (await registry.render()).split("\n")
        .filter((line) => line.startsWith(prefix) && isWanted(line))
        .map((line) => line.slice(prefix.length).split(" "))
        .map(([name, value]) => [name, Number(value)]),
    );
  return { worker, settle, series };
}

test("every series of the wire contract exists from the start with value 0", async () => {
  const { series } = setUp();
  assert.deepEqual(await series(), {
    "total_processed_total": 0,
    'by_event_type_total{event_type="payment.authorized.v1"}': 0,
    'by_partition_total{partition="0"}': 0,
    'by_partition_total{partition="1"}': 0,
    'by_partition_total{partition="2"}': 0,
    "duplicates_total": 0,
    "processing_errors_total": 0,
    "event_age_ms_sum": 0,
    "event_age_ms_count": 0,
    "processing_latency_seconds_sum": 0,
    "processing_latency_seconds_count": 0,
  });
});

test("each event counts once, duplicates apart as well, and what cannot be read is an error", async () => {
  const { worker, settle, series } = setUp();
  worker.failed([record(0, "")]);
  settle(
    record(0, paymentJson()),
    record(1, paymentJson()),
    record(2, "not json"),
    record(0, paymentJson({ eventId: "evt-2" }), { partition: 7 }),
  );
  assert.deepEqual(await series(), {
    "total_processed_total": 3,
    'by_event_type_total{event_type="payment.authorized.v1"}': 3,
    'by_partition_total{partition="0"}': 2,
    'by_partition_total{partition="1"}': 0,
    'by_partition_total{partition="2"}': 0,
    'by_partition_total{partition="7"}': 1,
    "duplicates_total": 1,
    'payments_total{currency="USD"}': 2,
    'amount_total{currency="USD"}': 99.8,
    "processing_errors_total": 2,
    "event_age_ms_sum": 120,
    "event_age_ms_count": 3,
    "processing_latency_seconds_sum": 2,
    "processing_latency_seconds_count": 4,
  });
});

test("an event's age is in milliseconds, whatever the offset its time is written with", async () => {
  const { settle, series } = setUp();
  settle(record(0, paymentJson({ timestamp: "2026-01-02T05:04:05+02:00" })));
  const buckets = await series((line) =>
    /event_age_ms_bucket\{le="(25|50|300000|\+Inf)"/.test(line)
  );
  assert.deepEqual(buckets, {
    'event_age_ms_bucket{le="25"}': 0,
    'event_age_ms_bucket{le="50"}': 1,
    'event_age_ms_bucket{le="300000"}': 1,
    'event_age_ms_bucket{le="+Inf"}': 1,
  });
});

test("an event from the future is of age 0", async () => {
  const { settle, series } = setUp({ now: "2020-01-01T00:00:00Z" });
  settle(record(0, paymentJson()));
  const { event_age_ms_sum, event_age_ms_count } = await series();
  assert.deepEqual([event_age_ms_sum, event_age_ms_count], [0, 1]);
});
