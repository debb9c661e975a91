import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { Anomaly } from "#contracts/anomaly.ts";
import type { KafkaClient } from "#kafka/port.ts";
import { type TestCluster, testCluster } from "#kit/kafka/test_cluster.ts";
import {
  type LogRecord,
  logRecord,
  readLogRecord,
} from "../counts/counts_log.ts";
import { defaultDetectorSettings } from "../detection/detector.ts";
import { MINUTE_MS } from "../detection/slots.ts";
import { anomalyRecord } from "./anomaly_records.ts";
import { Judge, type JudgeSettings } from "./judge.ts";
import { JudgeSeat } from "./judge_seat.ts";

const settings: JudgeSettings = {
  ...defaultDetectorSettings,
  learnMinutes: 60,
  graceMs: 0,
  gapMs: 120_000,
  lagMs: 120_000,
};

const START = 29_000_160;

/** Minutes of six payments each, with an outage of everything from one minute up to another. */
function minutes(
  from: number,
  to: number,
  outage: readonly [number, number],
): LogRecord[] {
  const log: LogRecord[] = [];
  for (let at = from; at < to; at++) {
    const minute = START + at;
    const isAway = at >= outage[0] && at < outage[1];
    log.push({
      kind: "counts",
      topic: "validated",
      partition: 0,
      from: at,
      next: at + 1,
      slots: isAway ? [] : [{
        minute,
        path: ["stripe", "default", "EUR", "card"],
        counts: {
          of: { payments: 6, facts: 6 },
          amounts: { 10: 6 },
          money: { EUR: { count: 6, sum: 300_000_000 } },
        },
      }],
    });
    const atMs = (minute + 1) * MINUTE_MS;
    log.push({ kind: "heartbeat", at: atMs, reached: atMs });
  }
  return log;
}

async function seats(cluster: TestCluster) {
  const topics = {
    anomalies: await cluster.freshTopic(),
    counts: await cluster.freshTopic(),
    state: await cluster.freshTopic(),
    rejected: await cluster.freshTopic(),
    unmapped: await cluster.freshTopic(),
  };
  const transactionalId = randomUUID();
  let nowMs = (START + 1_000) * MINUTE_MS;
  return {
    topics,
    later: (ms: number) => nowMs += ms,
    write: (log: readonly LogRecord[]) =>
      cluster.write(
        topics.counts,
        log.map((one) => ({
          key: one.kind,
          value: String(logRecord(topics.counts, one).value),
        })),
      ),
    seat: (kafka: KafkaClient = cluster.kafka, left = () => {}) =>
      new JudgeSeat({
        kafka,
        admin: cluster.admin,
        topics,
        transactionalId,
        // Nothing is waited for: heartbeats are in the log as the test writes them.
        stages: [],
        settings,
        heartbeatMs: 1,
        snapshotMs: 1_000,
        takeOverMs: 0,
        clock: () => nowMs,
        events: { seated() {}, found() {}, judged() {}, left },
      }),
    async told() {
      const records = await cluster.readAll(topics.anomalies);
      return records.map(({ value }) => String(value));
    },
    /** What one judge finds that reads the whole log at once. */
    async offline() {
      const judge = new Judge(settings);
      const found: string[] = [];
      for (const { value, offset } of await cluster.readAll(topics.counts)) {
        const record = readLogRecord(value);
        for (const finding of record ? judge.take(record) : []) {
          const made = anomalyRecord(topics.anomalies, finding, {
            settings,
            countsOffset: offset,
          });
          found.push(String(made.value));
        }
      }
      return found;
    },
  };
}

test("an outage is told once and closed, whoever judges, and as one that reads the whole log at once would tell it", async () => {
  await using cluster = await testCluster();
  const it = await seats(cluster);
  const outage = [300, 320] as const;
  const first = it.seat();
  await it.write(minutes(0, 200, outage));
  await first.turn();
  it.later(5_000);
  await first.turn();
  await it.write(minutes(200, 310, outage));
  await first.turn();
  assert.equal((await it.told()).length, 1);

  // Taken for dead: the other goes on from the snapshot, and tells nothing a second time.
  const second = it.seat();
  await second.turn();
  assert.equal((await it.told()).length, 1);
  await it.write(minutes(310, 380, outage));
  await assert.rejects(first.turn());
  assert.ok(!first.isSeated);
  await second.turn();
  await second.leave();

  const told = await it.told();
  assert.deepEqual(told, await it.offline());
  const [opened, closed] = told.map((value) =>
    Anomaly.parse(JSON.parse(value))
  );
  assert.deepEqual(
    [opened?.state, opened?.signal, opened?.direction, opened?.level],
    ["opened", "volume", "down", "all"],
  );
  assert.equal(closed?.state, "closed");
  assert.equal(closed.anomaly_id, opened?.anomaly_id);
});

test("a time without heartbeats raises nothing, though no payment came in it", async () => {
  await using cluster = await testCluster();
  const it = await seats(cluster);
  const seat = it.seat();
  await it.write(minutes(0, 300, [300, 300]));
  await it.write(minutes(310, 400, [310, 310]));
  await seat.turn();
  assert.ok(seat.isSeated);
  await seat.leave();
  assert.deepEqual(await it.told(), []);
});

test("a judge whose producer is spent opens its id anew and stays, and tells nothing a second time", async () => {
  await using cluster = await testCluster();
  const it = await seats(cluster);
  let isSpent = false;
  let openings = 0;
  const kafka: KafkaClient = {
    ...cluster.kafka,
    async openTransactional(...given) {
      const sender = await cluster.kafka.openTransactional(...given);
      isSpent = false;
      openings++;
      return {
        isInUse: sender.isInUse,
        get isSpent() {
          return isSpent;
        },
        transact: (...all) => sender.transact(...all),
        write: (records) => sender.write(records),
        close: () => sender.close(),
      };
    },
  };
  let left = 0;
  const judge = it.seat(kafka, () => left++);
  const outage = [300, 320] as const;
  await it.write(minutes(0, 310, outage));
  await judge.turn();
  it.later(5_000);
  await judge.turn();
  assert.equal((await it.told()).length, 1);
  isSpent = true;
  await it.write(minutes(310, 380, outage));
  await judge.turn();
  assert.deepEqual([openings, left, judge.isSeated], [2, 0, true]);
  assert.deepEqual(await it.told(), await it.offline());
  await judge.leave();
});
