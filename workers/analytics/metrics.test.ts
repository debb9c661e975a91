import assert from "node:assert/strict";
import { test } from "node:test";
import { PAYMENT_AUTHORIZED } from "#contracts/events/payment_authorized/payment_authorized.ts";
import { eventTypeLabels } from "#contracts/events/registry.ts";
import { declineClasses } from "#contracts/events/payment_fields.ts";
import { providerLabels } from "#contracts/providers.ts";
import { topics } from "#contracts/topics.ts";
import { headers } from "#contracts/headers.ts";
import { Readiness } from "#runtime/health.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import { CountedRecords } from "#consumer/counted_records.ts";
import { processorEvents } from "#consumer/occurrences.ts";
import { Pauses } from "#consumer/pauses.ts";
import { Watchdog } from "#consumer/watchdog.ts";
import { commonWorkerMetrics } from "#consumer/worker_metrics.ts";
import { silentLog } from "#runtime/log.ts";
import { Metrics } from "#runtime/metrics.ts";
import { type EventsRead, read } from "./handle.ts";
import { analyticsMetrics } from "./metrics.ts";
import { RecentEvents } from "./recent_events.ts";
import { paymentJson } from "#kit/payment.ts";
import { factRecord } from "#kit/mapped_fact.ts";
import { record } from "#kit/validated_record.ts";

/** An event of one moment, of which the tests' clock knows the age. */
const eventJson = (payment: Parameters<typeof paymentJson>[0] = {}) =>
  paymentJson({ timestamp: "2026-01-02T03:04:05Z", ...payment });

const prefix = "eventflow_analytics_";

function setUp({ now = "2026-01-02T03:04:05.040Z" } = {}) {
  const registry = new Metrics("analytics-service");
  const events: EventsRead = new WeakMap();
  const worker = analyticsMetrics(registry, {
    events,
    recent: new RecentEvents(100),
    rawTopic: topics.raw.name,
    clock: () => new Date(now),
  });
  const resultsOf = (...records: ReceivedRecord[]) =>
    records.map((one) => ({ record: one, outcome: read(one, events) }));
  const commit = (...records: ReceivedRecord[]) =>
    worker.committed({ results: resultsOf(...records), seconds: 0.5 });
  const readiness = new Readiness();
  const common = commonWorkerMetrics(registry, "analytics-service");
  const counted = new CountedRecords();
  /** What is told of one stay in the group, as the runtime tells it. */
  const stay = () =>
    processorEvents({
      service: {
        name: "analytics-service",
        log: silentLog(),
        fail: (error) => assert.fail(`${error}`),
      },
      partition: 0,
      deadLetterTopic: "dlq",
      metrics: worker,
      common,
      pauses: new Pauses({ readiness, metrics: common }),
      counted,
      watchdog: new Watchdog({ unreadyMs: 1, exitMs: 2 }),
      clock: () => new Date(now),
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
  return { worker, commit, stay, resultsOf, series };
}

/** The series of all types of events, if so many authorised payments are all that was counted. */
function authorized(count: number): Record<string, number> {
  return Object.fromEntries(
    eventTypeLabels.map((type) => [
      `by_event_type_total{event_type="${type}"}`,
      type === PAYMENT_AUTHORIZED ? count : 0,
    ]),
  );
}

/** The series of declines, if there were none. */
const noDeclines = Object.fromEntries(
  providerLabels.flatMap((provider) =>
    declineClasses.map((decline_class) => [
      `declined_total{provider="${provider}",decline_class="${decline_class}"}`,
      0,
    ])
  ),
);

/** The series of facts, if so many authorised payments of a provider that is not known are all that was counted. */
function factsOfOthers(count: number): Record<string, number> {
  return Object.fromEntries(
    eventTypeLabels.flatMap((type) =>
      providerLabels.map((provider) => [
        `facts_total{event_type="${type}",provider="${provider}"}`,
        type === PAYMENT_AUTHORIZED && provider === "other" ? count : 0,
      ])
    ),
  );
}

test("every series of the wire contract exists from the start with value 0", async () => {
  const { series } = setUp();
  assert.deepEqual(await series(), {
    "total_processed_total": 0,
    ...authorized(0),
    'by_partition_total{partition="0"}': 0,
    'by_partition_total{partition="1"}': 0,
    'by_partition_total{partition="2"}': 0,
    ...factsOfOthers(0),
    ...noDeclines,
    "corrections_total": 0,
    "duplicates_total": 0,
    "processing_errors_total": 0,
    "event_age_ms_sum": 0,
    "event_age_ms_count": 0,
    "processing_latency_seconds_sum": 0,
    "processing_latency_seconds_count": 0,
  });
});

test("each event counts once, duplicates apart as well, and what cannot be read is an error", async () => {
  const { worker, commit, series } = setUp();
  worker.failed([record(0, "")]);
  commit(
    record(0, eventJson()),
    record(1, eventJson()),
    record(2, "not json"),
    record(0, eventJson({ eventId: "evt-2" }), { partition: 7 }),
  );
  assert.deepEqual(await series(), {
    "total_processed_total": 3,
    ...authorized(3),
    'by_partition_total{partition="0"}': 2,
    'by_partition_total{partition="1"}': 0,
    'by_partition_total{partition="2"}': 0,
    'by_partition_total{partition="7"}': 1,
    ...factsOfOthers(2),
    ...noDeclines,
    "corrections_total": 0,
    "duplicates_total": 1,
    'amount_by_event_type_total{event_type="payment.authorized.v1",currency="USD"}':
      99.8,
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
  const { commit, series } = setUp();
  commit(record(0, eventJson({ timestamp: "2026-01-02T05:04:05+02:00" })));
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

test("an event of a leap second has an age", async () => {
  const { commit, series } = setUp({ now: "2017-01-01T00:00:01Z" });
  commit(record(0, eventJson({ timestamp: "2016-12-31T23:59:60Z" })));
  commit(record(1, eventJson({ timestamp: "2017-01-01t00:00:00z" })));
  const { event_age_ms_sum, event_age_ms_count } = await series();
  assert.deepEqual([event_age_ms_sum, event_age_ms_count], [2_000, 2]);
});

test("money of a record that is committed twice counts once, also in another stay in the group", async () => {
  const { stay, series, resultsOf } = setUp();
  const first = resultsOf(
    record(0, eventJson()),
    record(1, eventJson({ eventId: "evt-2" })),
    record(2, "not json"),
  );
  const second = resultsOf(
    record(1, eventJson({ eventId: "evt-2" })),
    record(2, "not json"),
    record(3, eventJson({ eventId: "evt-3" })),
  );
  const [before, behind] = [stay(), stay()];
  before.committed({ results: first, seconds: 0.5 });
  behind.committed({ results: first, seconds: 0.5 });
  behind.committed({ results: second, seconds: 0.5 });
  const counted = await series();
  assert.equal(counted.total_processed_total, 3);
  assert.equal(counted['by_partition_total{partition="0"}'], 3);
  assert.equal(counted['payments_total{currency="USD"}'], 3);
  assert.equal(counted['amount_total{currency="USD"}']?.toFixed(2), "149.70");
  assert.equal(counted.duplicates_total, 0);
  assert.equal(counted.processing_errors_total, 1);
});

test("the sum of the largest amounts stays finite and exact to the unit", async () => {
  const { commit, series } = setUp();
  const largest = (offset: number) =>
    record(
      offset,
      eventJson({ eventId: `evt-${offset}`, amount: "999999999999999" }),
    );
  commit(largest(0), largest(1), largest(2));
  commit(record(3, eventJson({ eventId: "e", amount: "1e308" })));
  const counted = await series();
  assert.equal(counted['amount_total{currency="USD"}'], 2_999_999_999_999_997);
});

test("an event from the future is of age 0", async () => {
  const { commit, series } = setUp({ now: "2020-01-01T00:00:00Z" });
  commit(record(0, eventJson()));
  const { event_age_ms_sum, event_age_ms_count } = await series();
  assert.deepEqual([event_age_ms_sum, event_age_ms_count], [0, 1]);
});

/** What was counted at all of the series that begin so. */
const countedOf = async (
  { series }: ReturnType<typeof setUp>,
  ...starts: string[]
) =>
  Object.entries(await series())
    .filter(([name, value]) =>
      value !== 0 && starts.some((start) => name.startsWith(start))
    )
    .map(([name, value]) => `${name} ${value}`).sort();

test("facts count by kind and provider, declines by class, and amounts by kind and currency", async () => {
  const set = setUp();
  const adyen = { [headers.provider]: "adyen" };
  set.commit(
    factRecord(1, { factId: "a" }),
    factRecord(2, { factId: "b", type: "captured", amount: "30" }),
    factRecord(3, { factId: "c", type: "refunded", amount: "5" }),
    factRecord(4, { factId: "d", type: "failed", headers: adyen }),
    factRecord(5, {
      factId: "e",
      type: "failed",
      source: "acme:main",
      currency: "EUR",
      more: { stage: "refund", decline: undefined },
    }),
    factRecord(6, { factId: "f", type: "disputed", amount: "7" }),
    factRecord(7, {
      factId: "g",
      type: "disputed",
      amount: "7",
      more: { state: "won" },
    }),
  );
  assert.deepEqual(
    await countedOf(set, "facts_", "declined_"),
    [
      'facts_total{event_type="payment.authorized.v1",provider="stripe"} 1',
      'facts_total{event_type="payment.captured.v1",provider="stripe"} 1',
      'facts_total{event_type="payment.disputed.v1",provider="stripe"} 2',
      'facts_total{event_type="payment.failed.v1",provider="adyen"} 1',
      'facts_total{event_type="payment.failed.v1",provider="other"} 1',
      'facts_total{event_type="payment.refunded.v1",provider="stripe"} 1',
      'declined_total{provider="adyen",decline_class="soft"} 1',
    ].sort(),
  );
  assert.deepEqual(await countedOf(set, "amount_by_event_type_"), [
    'amount_by_event_type_total{event_type="payment.authorized.v1",currency="USD"} 49.9',
    'amount_by_event_type_total{event_type="payment.captured.v1",currency="USD"} 30',
    'amount_by_event_type_total{event_type="payment.disputed.v1",currency="USD"} 7',
    'amount_by_event_type_total{event_type="payment.failed.v1",currency="EUR"} 49.9',
    'amount_by_event_type_total{event_type="payment.failed.v1",currency="USD"} 49.9',
    'amount_by_event_type_total{event_type="payment.refunded.v1",currency="USD"} 5',
  ]);
  assert.deepEqual(await countedOf(set, "payments_", "amount_total"), [
    'amount_total{currency="USD"} 49.9',
    'payments_total{currency="USD"} 1',
  ]);
});

test("what a newer mapping says anew counts apart, and what is mapped for the first time as new", async () => {
  const set = setUp();
  const replayOf = (topic: string) => ({ [headers.replayOf]: `${topic}/2/7` });
  set.commit(
    factRecord(1, {
      factId: "a",
      version: 2,
      headers: replayOf(topics.raw.name),
    }),
    factRecord(2, {
      factId: "b",
      version: 2,
      headers: replayOf(topics.unmapped.name),
    }),
    factRecord(3, {
      factId: "c",
      version: 1,
      headers: replayOf(topics.raw.name),
    }),
    factRecord(4, { factId: "d", version: 2 }),
  );
  assert.deepEqual(
    await countedOf(set, "payments_", "corrections_", "total_processed_"),
    [
      "corrections_total 1",
      'payments_total{currency="USD"} 3',
      "total_processed_total 4",
    ],
  );
});

test("an event of a type that only a newer validator knows is counted, and its type is no text that came in", async () => {
  const { commit, series } = setUp();
  commit(record(1, eventJson().replace("authorized", "settled")));
  const counted = await series((line) => / [1-9]/.test(line));
  assert.equal(counted['by_event_type_total{event_type="other"}'], 1);
  assert.equal(
    counted['facts_total{event_type="other",provider="other"}'],
    1,
  );
  assert.equal(counted["payments_total"], undefined);
});
