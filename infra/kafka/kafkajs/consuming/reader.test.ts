/// <reference path="../patches/broker.d.ts" />
// Answers come, or fail, when the test says so, and the time is the test's own. The reader and all that
// it makes of an answer are real.
import assert from "node:assert/strict";
import { test } from "node:test";
import kafkajs from "kafkajs";
import type { FetchRequest } from "kafkajs/src/broker/index.js";
import { TransientError } from "#runtime/errors.ts";
import { fetchFrom } from "./fetch.ts";
import { readRanges } from "./reader.ts";
import { answerWithLog } from "./test_answer.ts";

const topic = "events.raw.v1";
const END = 5;
/** More failures than it may wait through. */
const ENOUGH = 20;

/** How long an answer took, in milliseconds, and whether it failed. */
type Answer = { readonly tookMs: number; readonly failed: boolean };

/** Reads a log of five records whose leader answers so, the last of the answers again and again. */
async function read(first: Answer, ...others: readonly Answer[]) {
  let nowMs = 0;
  const failedAtMs: number[] = [];
  const told = [first, ...others].values();
  let last = first;
  const leader = {
    fetch: (request: FetchRequest) => {
      last = told.next().value ?? last;
      nowMs += last.tookMs;
      if (!last.failed) return fetchFrom(answering, request);
      failedAtMs.push(nowMs);
      return Promise.reject(new Error("The broker does not answer"));
    },
  };
  const reading = readRanges(
    () => new KafkaLedBy(leader),
    { topic, ranges: [{ partition: 0, from: 0, to: END }] },
    {
      clock: () => nowMs,
      wait: (ms) => {
        nowMs += ms;
        return failedAtMs.length < ENOUGH
          ? Promise.resolve()
          : Promise.reject(new Error("It does not give up"));
      },
    },
  );
  const offsets: number[] = [];
  let error: unknown;
  try {
    for await (const { records } of reading) {
      offsets.push(...records.map(({ offset }) => offset));
    }
  } catch (cause) {
    error = cause;
  }
  return { offsets, error, failedAtMs };
}

test("the time to give up begins with the first failure, however long that took to come", async () => {
  const { offsets, error } = await read(
    { tookMs: 3_600_000, failed: true },
    { tookMs: 1, failed: false },
  );
  assert.equal(error, undefined);
  assert.deepEqual(offsets, [0, 1, 2, 3, 4]);
});

test("an answer within half a minute of the first failure is read", async () => {
  const { offsets, error } = await read(
    { tookMs: 9_750, failed: true },
    { tookMs: 9_750, failed: true },
    { tookMs: 9_750, failed: true },
    { tookMs: 9_750, failed: false },
  );
  assert.equal(error, undefined);
  assert.deepEqual(offsets, [0, 1, 2, 3, 4]);
});

test("reading gives up once answers have failed for half a minute", async () => {
  const { error, failedAtMs } = await read({ tookMs: 9_750, failed: true });
  assert.ok(error instanceof TransientError);
  assert.match(error.message, /Cannot read from events\.raw\.v1\/0\/0 on/);
  // Each failure, and a quarter of a second of waiting between them.
  assert.deepEqual(failedAtMs, [9_750, 19_750, 29_750, 39_750, 49_750]);
});

/** kafkajs with a cluster of one partition, whose leader is the test's. */
class KafkaLedBy extends kafkajs.Kafka {
  constructor(leader: object) {
    super({ brokers: ["nowhere:9092"] });
    const nothing = () => Promise.resolve();
    const cluster = {
      connect: nothing,
      disconnect: nothing,
      addTargetTopic: nothing,
      refreshMetadata: nothing,
      findTopicPartitionMetadata: () => [{ partitionId: 0, leader: 1 }],
      findBroker: () => Promise.resolve(leader),
    };
    const create = Object.getOwnPropertySymbols(this).find(
      ({ description }) => description === "private:Kafka:createCluster",
    );
    assert.ok(create);
    Object.assign(this, { [create]: () => cluster });
  }
}

const answer = () => answerWithLog(topic, END);

/** A broker that answers with the whole log. */
const answering: Parameters<typeof fetchFrom>[0] = {
  connectionPool: {
    host: "broker",
    port: 9092,
    send: async ({ response }) =>
      await response.parse(await response.decode(answer())),
  },
};
