import assert from "node:assert/strict";
import { test } from "node:test";
import { readConfig } from "#runtime/config.ts";
import { DeniedError, TransientError } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { on, type Right } from "./access/rights.ts";
import { awaitKafka } from "./await_kafka.ts";
import type { KafkaAdmin, KafkaClient } from "./port.ts";
import { connectionSettings } from "./settings.ts";

/** A client whose clusters are these, one an attempt, the last for good: topics, or why there is none. */
function clientOf(
  clusters: (readonly string[] | "away" | "denied")[],
  { isProven = true, lacking = [] as readonly Right[] } = {},
) {
  const opened = { admins: 0, closed: 0 };
  const unused = () => Promise.reject(new Error("not used"));
  const client: KafkaClient = {
    sender: () => ({ send: unused, close: unused }),
    openTransactional: unused,
    endLast: unused,
    settled: unused,
    join: unused,
    // deno-lint-ignore require-yield -- it is not used
    async *read() {
      await unused();
    },
    admin(): Promise<KafkaAdmin> {
      const cluster = clusters.length > 1 ? clusters.shift() : clusters[0];
      if (cluster === undefined || cluster === "away") {
        return Promise.reject(new TransientError("away"));
      }
      if (cluster === "denied") {
        return Promise.reject(new DeniedError("Kafka refuses the login"));
      }
      opened.admins++;
      return Promise.resolve({
        access: (needs) =>
          Promise.resolve({
            missing: needs.map(({ name }) => name)
              .filter((name) => !cluster.includes(name)),
            lacking,
          }),
        isProven: () => Promise.resolve(isProven),
        describeCluster: unused,
        topics: unused,
        topicSettings: unused,
        createTopics: unused,
        raisePartitions: unused,
        configureTopic: unused,
        deleteTopics: unused,
        startOffsets: unused,
        endOffsets: unused,
        openTransaction: unused,
        highWatermarks: unused,
        offsetsAt: unused,
        members: unused,
        owned: unused,
        positions: unused,
        position: unused,
        logAround: unused,
        close: () => Promise.resolve(void opened.closed++),
      });
    },
  };
  return { client, opened };
}

/** Nothing listens there. */
const BROKER = "127.0.0.1:1";

const write = (topic: string) => on("Topic", topic, "Write", "pass it on");

const options = {
  needs: [write("one"), write("two")],
  config: readConfig("test", connectionSettings, {
    KAFKA_BOOTSTRAP_SERVERS: BROKER,
    EVENTFLOW_KAFKA_SASL_USERNAME: "worker",
    EVENTFLOW_KAFKA_SASL_MECHANISM: "plain",
  }),
  timeoutMs: 60_000,
  signal: new AbortController().signal,
};

test("waits until Kafka answers and has every topic, and leaves no connection", async () => {
  const { client, opened } = clientOf(["away", ["one"], ["two", "one"]]);
  await awaitKafka(client, options);
  assert.deepEqual(opened, { admins: 3, closed: 3 });
});

test("a broker that stays away is one sentence with its address and what to do", async () => {
  const { client } = clientOf(["away"]);
  await assert.rejects(
    awaitKafka(client, { ...options, timeoutMs: 5 }),
    (error) =>
      error instanceof StartError &&
      error.message ===
        'Cannot reach Kafka at 127.0.0.1:1 within 0.005 s: start it with "deno task up" or set KAFKA_BOOTSTRAP_SERVERS.',
  );
});

test("a topic that stays missing is one sentence with its name and what to do", async () => {
  const { client } = clientOf([["one"]]);
  await assert.rejects(
    awaitKafka(client, { ...options, timeoutMs: 5 }),
    (error) =>
      error instanceof StartError &&
      error.message ===
        'Kafka at 127.0.0.1:1 has no topic two: create what is missing with "deno task topics --apply".',
  );
});

test("what a Kafka that answers lacks is told while it is waited for, once each", async () => {
  const { client } = clientOf(["away", [], [], ["one"], ["one", "two"]]);
  const told: string[] = [];
  await awaitKafka(client, { ...options, waits: (why) => told.push(why) });
  assert.deepEqual(told.map((why) => why.replace(/: create.*/, "")), [
    "Kafka at 127.0.0.1:1 has no topic one and no topic two",
    "Kafka at 127.0.0.1:1 has no topic two",
  ]);
});

test("a right that is lacking is one sentence at once: who lacks what, what for, and what to do", async () => {
  const { client, opened } = clientOf([["one", "two"]], {
    lacking: [write("two")],
  });
  await assert.rejects(
    awaitKafka(client, options),
    (error) =>
      error instanceof StartError && error.exitCode === 78 &&
      error.message ===
        'Kafka at 127.0.0.1:1 denies User:worker Write on Topic two (to pass it on): have it granted, as "deno task topics --acls" prints it.',
  );
  assert.equal(opened.admins, 1);
});

test("a login that is refused is one sentence at once", async () => {
  const { client } = clientOf(["denied"]);
  await assert.rejects(
    awaitKafka(client, options),
    (error) =>
      error instanceof StartError && error.exitCode === 78 &&
      error.message ===
        "Kafka at 127.0.0.1:1 does not let User:worker in: Kafka refuses the login.",
  );
});

test("a Kafka older than what the promises are proven on is refused, with what to do", async () => {
  const { client, opened } = clientOf([["one", "two"]], { isProven: false });
  await assert.rejects(
    awaitKafka(client, options),
    (error) =>
      error instanceof StartError && error.exitCode === 78 &&
      error.message ===
        "Kafka at 127.0.0.1:1 is older than 3.9, the oldest version that EventFlow is proven on: upgrade its brokers.",
  );
  assert.equal(opened.closed, opened.admins);
});

test("a service that is told to stop does not wait for Kafka", async () => {
  const stop = new AbortController();
  const { client } = clientOf(["away"]);
  const waiting = awaitKafka(client, { ...options, signal: stop.signal });
  stop.abort();
  await waiting;
});
