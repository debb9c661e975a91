import assert from "node:assert/strict";
import { test } from "node:test";
import { PAYMENT_AUTHORIZED } from "#contracts/events/payment_authorized/payment_authorized.ts";
import { eventTypeLabels } from "#contracts/events/registry.ts";
import type { Outcome } from "#consumer/handler.ts";
import { Readiness } from "#runtime/health.ts";
import { Metrics } from "#runtime/metrics.ts";
import { actuatorRoutes } from "./actuator.ts";
import type { EventsRead } from "./handle.ts";
import { persistenceMetrics } from "./metrics.ts";
import { record } from "#kit/validated_record.ts";

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
  const events: EventsRead = new WeakMap();
  const clock = () => Date.parse("2026-01-02T03:04:05Z");
  const worker = persistenceMetrics(registry, { events, clock });
  return { registry, worker, events };
}

const deadLetter: Outcome = {
  kind: "dead-letter",
  rejection: { code: "not_storable", message: "", issues: [] },
};

/** The series of all types of events, if so many authorised payments are all that was counted. */
function authorized(count: number): Record<string, number> {
  return Object.fromEntries(
    eventTypeLabels.map((type) => [
      `by_event_type_total{event_type="${type}"}`,
      type === PAYMENT_AUTHORIZED ? count : 0,
    ]),
  );
}

test("every series of the wire contract exists from the start with value 0", async () => {
  const { registry } = setUp();
  assert.deepEqual(await seriesOf(registry), {
    "consumed_total": 0,
    "stored_total": 0,
    "stored_earlier_total": 0,
    "duplicates_total": 0,
    "superseded_total": 0,
    "outdated_total": 0,
    "dlq_published_total": 0,
    "processing_errors_total": 0,
    'by_partition_total{partition="0"}': 0,
    'by_partition_total{partition="1"}': 0,
    'by_partition_total{partition="2"}': 0,
    ...authorized(0),
    "processing_latency_seconds_sum": 0,
    "processing_latency_seconds_count": 0,
    "event_age_ms_sum": 0,
    "event_age_ms_count": 0,
  });
});

test("each finished record is stored, a duplicate, superseding, outdated or a dead letter, and counts once", async () => {
  const { registry, worker, events } = setUp();
  const effects: Outcome[] = [
    { kind: "done", as: "stored" },
    { kind: "done", as: "stored_earlier" },
    { kind: "done", as: "duplicate" },
    { kind: "done", as: "superseded" },
    { kind: "done", as: "outdated" },
    deadLetter,
  ];
  const results = effects.map((outcome, offset) => ({
    record: record(offset, ""),
    outcome,
  }));
  for (const { record } of results) {
    events.set(record, { type: PAYMENT_AUTHORIZED, timestamp: "" });
  }
  worker.consumed(results.map(({ record }) => record));
  worker.failed(results.map(({ record }) => record));
  worker.committed({ results, seconds: 0.25 });
  assert.deepEqual(await seriesOf(registry), {
    "consumed_total": 6,
    "stored_total": 2,
    "stored_earlier_total": 1,
    "duplicates_total": 1,
    "superseded_total": 1,
    "outdated_total": 1,
    "dlq_published_total": 1,
    "processing_errors_total": 1,
    'by_partition_total{partition="0"}': 6,
    'by_partition_total{partition="1"}': 0,
    'by_partition_total{partition="2"}': 0,
    ...authorized(5),
    "processing_latency_seconds_sum": 1.5,
    "processing_latency_seconds_count": 6,
    "event_age_ms_sum": 0,
    "event_age_ms_count": 0,
  });
});

test("an event's age is counted when its record is finished, and is never below 0", async () => {
  const { registry, worker, events } = setUp();
  const records = [record(0, ""), record(1, ""), record(2, "")];
  const [old, future, unread] = records;
  assert.ok(old && future && unread);
  events.set(old, {
    type: PAYMENT_AUTHORIZED,
    timestamp: "2026-01-02T04:04:04.900+01:00",
  });
  events.set(future, {
    type: PAYMENT_AUTHORIZED,
    timestamp: "2026-01-02T03:04:06Z",
  });
  worker.committed({
    results: records.map((record) => ({
      record,
      outcome: { kind: "done", as: "stored" },
    })),
    seconds: 0.25,
  });
  const { event_age_ms_sum, event_age_ms_count } = await seriesOf(registry);
  assert.deepEqual([event_age_ms_sum, event_age_ms_count], [100, 2]);
});

test("the earlier persistence's page has its label on every series, and its name for the age", async () => {
  const { registry, worker } = setUp();
  worker.consumed([record(0, "")]);
  const app = actuatorRoutes({
    readiness: new Readiness(),
    metrics: registry,
  });
  const response = await app.request("/actuator/prometheus");
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("Content-Type"), registry.contentType);
  const series = (await response.text()).split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  for (const line of series) {
    assert.match(line, /[{,]application="persistent-consumer-java"[,}]/);
  }
  const value = (start: string) =>
    series.find((line) => line.startsWith(start))?.split(" ").at(-1);
  assert.equal(value("eventflow_persistence_consumed_total{"), "1");
  for (
    const name of ["event_age_ms_count", "event_age_ms_milliseconds_count"]
  ) {
    assert.equal(value(`eventflow_persistence_${name}{`), "0", name);
  }
  const own = await registry.render();
  assert.doesNotMatch(own, /application=|_milliseconds/);
  const names = series.map((line) => line.split(" ")[0]);
  assert.equal(new Set(names).size, names.length);
});

test("the earlier persistence's health is up while it is ready, and its liveness always", async () => {
  const readiness = new Readiness();
  const app = actuatorRoutes({ readiness, metrics: setUp().registry });
  const answers = () =>
    Promise.all(["", "/liveness", "/readiness"].map(async (path) => {
      const response = await app.request(`/actuator/health${path}`);
      return [response.status, Object(await response.json()).status];
    }));
  assert.deepEqual(await answers(), [[200, "UP"], [200, "UP"], [200, "UP"]]);
  readiness.block("database", "db-7.internal is away");
  assert.deepEqual(await answers(), [
    [503, "DOWN"],
    [200, "UP"],
    [503, "OUT_OF_SERVICE"],
  ]);
});
