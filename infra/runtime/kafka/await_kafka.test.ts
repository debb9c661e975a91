import assert from "node:assert/strict";
import { test } from "node:test";
import { TransientError } from "../errors.ts";
import { StartError } from "../lifecycle.ts";
import { awaitKafka } from "./await_kafka.ts";
import type { KafkaAdmin, KafkaClient } from "./port.ts";

/** A client whose clusters are these, one an attempt, the last for good: topics, or away. */
function clientOf(
  clusters: (readonly string[] | "away")[],
  { isProven = true } = {},
) {
  const opened = { admins: 0, closed: 0 };
  const unused = () => Promise.reject(new Error("not used"));
  const client: KafkaClient = {
    sender: () => ({ send: unused, close: unused }),
    openTransactional: unused,
    endLast: unused,
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
      opened.admins++;
      return Promise.resolve({
        isProven: () => Promise.resolve(isProven),
        describeCluster: unused,
        topics: (names) =>
          Promise.resolve(
            names.filter((name) => cluster.includes(name))
              .map((name) => ({ name, partitions: 1, config: {} })),
          ),
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

const options = {
  topics: ["one", "two"],
  bootstrapServers: ["broker:9092"],
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
        'Cannot reach Kafka at broker:9092 within 0.005 s: start it with "deno task up" or set KAFKA_BOOTSTRAP_SERVERS.',
  );
});

test("a topic that stays missing is one sentence with its name and what to do", async () => {
  const { client } = clientOf([["one"]]);
  await assert.rejects(
    awaitKafka(client, { ...options, timeoutMs: 5 }),
    (error) =>
      error instanceof StartError &&
      error.message ===
        'Kafka at broker:9092 has no topic two: create what is missing with "deno task topics --apply".',
  );
});

test("a Kafka older than what the promises are proven on is refused, with what to do", async () => {
  const { client, opened } = clientOf([["one", "two"]], { isProven: false });
  await assert.rejects(
    awaitKafka(client, options),
    (error) =>
      error instanceof StartError && error.exitCode === 78 &&
      error.message ===
        "Kafka at broker:9092 is older than 3.9, the oldest version that EventFlow is proven on: upgrade its brokers.",
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
