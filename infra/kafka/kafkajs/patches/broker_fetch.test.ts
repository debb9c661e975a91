import assert from "node:assert/strict";
import { test } from "node:test";
import kafkajs from "kafkajs";
import type {
  Broker,
  FetchedPartition,
  FetchResponse,
} from "kafkajs/src/broker/index.js";
import { fetchedOffset, isFetchedAfter, now, patched } from "./broker_fetch.ts";

const request = { maxWaitTime: 0, maxBytes: 0, topics: [] };

/** An answer of one partition, and the batch kafkajs makes of it. */
function answered() {
  const messages: FetchedPartition["messages"] = [];
  const partition: FetchedPartition = {
    partition: 0,
    errorCode: 0,
    highWatermark: "0",
    preferredReadReplica: -1,
    abortedTransactions: [],
    messages,
  };
  const answer: FetchResponse = {
    clientSideThrottleTime: 0,
    responses: [{ topicName: "t", partitions: [partition] }],
  };
  return { answer, batch: { rawMessages: messages, fetchedOffset: "41" } };
}

test("a batch belongs to the stay in which its fetch began, not in which it arrived", async () => {
  const late = answered();
  const arrival = Promise.withResolvers<FetchResponse>();
  const before = now();
  const fetching = patched(() => arrival.promise)(request);
  const joined = now();
  arrival.resolve(late.answer);
  await fetching;
  assert.equal(isFetchedAfter(before, late.batch), true);
  assert.equal(isFetchedAfter(joined, late.batch), false);

  const next = answered();
  await patched(() => Promise.resolve(next.answer))(request);
  assert.equal(isFetchedAfter(joined, next.batch), true);
  assert.equal(fetchedOffset(next.batch), 41);
});

test("a batch nobody knows the fetch of belongs to no stay", () => {
  assert.equal(isFetchedAfter(0, answered().batch), false);
  assert.equal(isFetchedAfter(0, {}), false);
});

test("a broker that does not answer a fetch is let go of, one that refuses it is not", async () => {
  const failing = (error: Error): Broker => ({
    nodeId: 1,
    connectionPool: {
      host: "broker",
      port: 9092,
      send: () => Promise.reject(new Error("Nothing else is asked")),
    },
    fetch: patched(() => Promise.reject(error)),
    joinGroup: () => Promise.reject(new Error("not asked for")),
    leaveGroup: () => Promise.reject(new Error("not asked for")),
  });
  const refused = new kafkajs.KafkaJSError("refused");
  await assert.rejects(failing(refused).fetch(request), refused);
  await assert.rejects(
    failing(new kafkajs.KafkaJSRequestTimeoutError("no answer")).fetch(request),
    // What kafkajs goes by: `recoverFromFetch` in its consumer group.
    { name: "KafkaJSConnectionClosedError", host: "broker", port: 9092 },
  );
});
