import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import process from "node:process";
import { test } from "node:test";
import kafkajs from "kafkajs";
import coordinatorTypes from "kafkajs/src/protocol/coordinatorTypes.js";
import { testCluster } from "#kit/kafka/test_cluster.ts";
import { isolation, openCluster } from "../cluster.ts";
import { protocolType } from "../errors.ts";
import { retryPolicy } from "../new_kafka.ts";
import { stablePosition } from "./stable_position.ts";

const retry = retryPolicy({ firstMs: 5, maxMs: 500, times: 10 });

/** A transaction that has moved a group's position to 7, and has no end yet. */
async function unfinished(kafka: kafkajs.Kafka, topic: string) {
  const [groupId, transactionalId] = [randomUUID(), randomUUID()];
  const producer = kafka.producer({
    transactionalId,
    idempotent: true,
    maxInFlightRequests: 1,
    transactionTimeout: 60_000,
  });
  await producer.connect();
  const transaction = await producer.transaction();
  await transaction.sendOffsets({
    consumerGroupId: groupId,
    topics: [{ topic, partitions: [{ partition: 0, offset: "7" }] }],
  });
  return { groupId, transaction, producer };
}

test("a position that a transaction is about to move is not told", async () => {
  await using cluster = await testCluster();
  const topic = await cluster.freshTopic();
  const kafka = new kafkajs.Kafka({
    brokers: [process.env.EVENTFLOW_TEST_KAFKA ?? ""],
    logLevel: kafkajs.logLevel.NOTHING,
    retry,
  });
  const { groupId, transaction, producer } = await unfinished(kafka, topic);
  const asked = await openCluster(kafka, isolation.readCommitted);
  const position = async () =>
    await stablePosition(
      await asked.findGroupCoordinator({
        groupId,
        coordinatorType: coordinatorTypes.GROUP,
      }),
      { groupId, topic, partition: 0 },
    );
  await assert.rejects(
    position,
    (error) => protocolType(error) === "UNSTABLE_OFFSET_COMMIT",
  );
  const waiting = cluster.admin.position(groupId, topic, 0);
  await transaction.commit();
  assert.deepEqual(await waiting, { nextOffset: 7, note: "" });
  await asked.disconnect();
  await producer.disconnect();
});

test("a group that never committed has no position", async () => {
  await using cluster = await testCluster();
  const topic = await cluster.freshTopic();
  const position = await cluster.admin.position(randomUUID(), topic, 0);
  assert.equal(position, undefined);
});
