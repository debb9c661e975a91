import assert from "node:assert/strict";
import { test } from "node:test";
import {
  exitCodes,
  FatalError,
  PartitionError,
  partitionStops,
  TransientError,
} from "#runtime/errors.ts";
import { Readiness } from "#runtime/health.ts";
import { silentLog } from "#runtime/log.ts";
import { Metrics } from "#runtime/metrics.ts";
import { header } from "#kafka/headers.ts";
import {
  FencedError,
  type ReceivedRecord,
  type RecordHeader,
} from "#kafka/port.ts";
import { UnwritableError } from "#kafka/write_errors.ts";
import { CountedRecords } from "./counted_records.ts";
import { done } from "./handler.ts";
import { passedOver } from "./replay.ts";
import { processorEvents, stallEvents } from "./occurrences.ts";
import { OutageSuspectedError } from "./outage_rule.ts";
import { Pauses } from "./pauses.ts";
import { Watchdog } from "./watchdog.ts";
import { commonWorkerMetrics } from "./worker_metrics.ts";

const record = (receivedAt: string): ReceivedRecord => ({
  topic: "in",
  partition: 3,
  offset: 0,
  timestampMs: 0,
  key: null,
  value: null,
  headers: [header("eventflow-received-at", receivedAt)],
});

function setUp() {
  const metrics = new Metrics("demo");
  const readiness = new Readiness();
  const common = commonWorkerMetrics(metrics, "demo");
  const failures: unknown[] = [];
  /** How many records the worker's own metrics were shown, each time. */
  const shown: number[] = [];
  const service = {
    name: "demo",
    log: silentLog(),
    readiness,
    fail: (error: unknown) => failures.push(error),
  };
  const watchdog = new Watchdog({ unreadyMs: 1, exitMs: 2 });
  const pauses = new Pauses({ readiness, metrics: common });
  const counted = new CountedRecords();
  const eventsOf = (partition: number) =>
    processorEvents({
      service,
      partition,
      deadLetterTopic: "dlq",
      metrics: {
        consumed: ({ length }) => shown.push(length),
        committed: ({ results }) => shown.push(results.length),
        failed() {},
      },
      common,
      pauses,
      counted,
      watchdog,
      clock: () => new Date(10_500),
    });
  const metric = async (name: string) =>
    (await metrics.render()).split("\n").find((line) =>
      line.startsWith(`${name} `)
    )?.slice(name.length + 1);
  return {
    metrics,
    metric,
    readiness,
    failures,
    shown,
    watchdog,
    eventsOf,
    events: eventsOf(3),
    tellOfStall: stallEvents({ service, common }),
  };
}

test("a partition that is tried again makes the worker unready until it is committed or given away", () => {
  const { readiness, events } = setUp();
  const retry = {
    records: [record("")],
    error: new TransientError("database away"),
    attempt: 1,
    delayMs: 5,
  };
  events.retrying(retry);
  assert.deepEqual(readiness.reasons, {
    "partition 3": "retrying: database away",
  });
  events.committed({ results: [], seconds: 0 });
  assert.ok(readiness.ready);
  events.retrying(retry);
  events.ended();
  assert.ok(readiness.ready);
});

test("dead letters count by code, and age only where a record says when it was received", async () => {
  const { metrics, events } = setUp();
  events.committed({
    seconds: 0,
    results: [
      { record: record("10000"), outcome: { kind: "done" } },
      { record: record(""), outcome: { kind: "done" } },
      {
        record: record("no number"),
        outcome: {
          kind: "dead-letter",
          rejection: { code: "not_json", message: "m", issues: [] },
        },
      },
    ],
  });
  const page = await metrics.render();
  assert.match(
    page,
    /^eventflow_received_to_settled_seconds_sum\{service="demo",outcome="passed"\} 0.5$/m,
  );
  assert.match(
    page,
    /^eventflow_received_to_settled_seconds_count\{service="demo",outcome="passed"\} 1$/m,
  );
  assert.match(
    page,
    /^eventflow_received_to_settled_seconds_count\{service="demo",outcome="dead_lettered"\} 0$/m,
  );
  assert.match(
    page,
    /^eventflow_dead_letters_total\{service="demo",error_code="not_json"\} 1$/m,
  );
});

const paused = (reason: string) =>
  `eventflow_worker_paused_partitions{reason="${reason}"}`;

const unwritable = (...topics: string[]) =>
  new TransientError("Cannot commit", {
    cause: new UnwritableError(topics, {
      cause: new Error("NOT_ENOUGH_REPLICAS"),
    }),
  });

for (
  const [error, reason, sentence] of [
    [new TransientError("away"), "retrying", "retrying: away"],
    [
      new OutageSuspectedError("suspected outage: so it is"),
      "outage_suspected",
      "suspected outage: so it is",
    ],
    [
      unwritable("dlq"),
      "dead_letter_unwritable",
      "dead letters cannot be written to dlq: Cannot commit: Cannot write to dlq: NOT_ENOUGH_REPLICAS",
    ],
    [
      unwritable("validated", "dlq"),
      "retrying",
      "retrying: Cannot commit: Cannot write to validated, dlq: NOT_ENOUGH_REPLICAS",
    ],
    [
      new FencedError("Fenced", { cause: unwritable("dlq").cause }),
      "retrying",
      "retrying: Fenced: Cannot write to dlq: NOT_ENOUGH_REPLICAS",
    ],
  ] as const
) {
  test(`a partition waits as ${reason} for: ${error.message}, ${error.cause}`, async () => {
    const { readiness, events, metric } = setUp();
    assert.equal(await metric(paused(reason)), "0");
    for (const attempt of [1, 2]) {
      events.retrying({ records: [], error, attempt, delayMs: 1 });
    }
    assert.deepEqual(readiness.reasons, { "partition 3": sentence });
    assert.equal(await metric(paused(reason)), "1");
    assert.equal(
      await metric(`eventflow_worker_pauses_total{reason="${reason}"}`),
      "1",
    );
    events.committed({ results: [], seconds: 0 });
    assert.equal(await metric(paused(reason)), "0");
    assert.ok(readiness.ready);
  });
}

for (const reason of partitionStops) {
  test(`a partition that stops as ${reason} is told of until it is given away, and is no stall`, async () => {
    const { readiness, events, metric, watchdog, failures } = setUp();
    watchdog.assigned([3]);
    watchdog.lagKnown(new Map([[3, 7]]));
    events.stopped(new PartitionError("offset 5 is damaged", { reason }));
    assert.equal(readiness.reasons["partition 3"], "offset 5 is damaged");
    assert.equal(await metric(paused(reason)), "1");
    for (const nowMs of [0, 4_000, 8_000]) {
      assert.equal(watchdog.check(nowMs), undefined);
    }
    assert.deepEqual(failures, []);
    events.ended();
    assert.equal(await metric(paused(reason)), "0");
    assert.ok(readiness.ready);
  });
}

test("partitions are counted under what each waits for now", async () => {
  const { readiness, eventsOf, metric } = setUp();
  eventsOf(1).capped({ deadLetters: 500, delayMs: 9_000 });
  eventsOf(2).capped({ deadLetters: 1, delayMs: 9_000 });
  assert.equal(await metric(paused("dead_letter_cap")), "2");
  assert.equal(
    readiness.reasons["partition 1"],
    "500 dead letters wait: more than EVENTFLOW_DEAD_LETTERS_PER_MINUTE allows",
  );
  eventsOf(1).retrying({
    records: [],
    error: new TransientError("away"),
    attempt: 1,
    delayMs: 1,
  });
  assert.equal(await metric(paused("dead_letter_cap")), "1");
  assert.equal(await metric(paused("retrying")), "1");
  eventsOf(1).superseded();
  eventsOf(2).ended();
  assert.equal(await metric(paused("dead_letter_cap")), "0");
  assert.equal(await metric(paused("retrying")), "0");
  assert.ok(readiness.ready);
});

test("what stands still is told, then ends the process with its own exit code", async () => {
  const { readiness, failures, metric, tellOfStall } = setUp();
  const sentence = "partition 3 has stood still for 31 s";
  tellOfStall({ sentence, mustExit: false });
  assert.deepEqual(readiness.reasons, { movement: sentence });
  assert.equal(await metric("eventflow_worker_stalled"), "1");
  tellOfStall(undefined);
  assert.ok(readiness.ready);
  assert.equal(await metric("eventflow_worker_stalled"), "0");
  assert.equal(failures.length, 0);
  tellOfStall({ sentence, mustExit: true });
  const [failure] = failures;
  assert.ok(failure instanceof FatalError);
  assert.equal(failure.exitCode, exitCodes.stalled);
});

test("what a replay means for another service is counted as that and as nothing else", async () => {
  const { events, shown, metric } = setUp();
  const of = (offset: number, ...more: RecordHeader[]) => {
    const one = record("1000");
    return { ...one, offset, headers: [...one.headers, ...more] };
  };
  const replayed = header("eventflow-replay-of", "dlq/0/1");
  const records = [
    of(0),
    of(1, replayed, header("eventflow-replay-for", "another")),
    of(2, replayed, header("eventflow-replay-for", "demo")),
    of(3, replayed),
  ];
  events.taken(records);
  events.committed({
    results: records.map((record) => ({
      record,
      outcome: record.offset === 1 ? passedOver : done,
    })),
    seconds: 0,
  });
  assert.deepEqual(shown, [3, 3]);
  assert.equal(await metric("eventflow_worker_passed_over_total"), "1");
  const aged =
    'eventflow_received_to_settled_seconds_count{service="demo",outcome="passed"}';
  assert.equal(await metric(aged), "1", "a replay is of another time");
});
