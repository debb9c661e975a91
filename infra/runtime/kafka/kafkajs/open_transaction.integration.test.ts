import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { randomUUID } from "node:crypto";
import process from "node:process";
import { test } from "node:test";
import kafkajs from "kafkajs";
import { testCluster } from "../test_cluster.ts";
import { retryPolicy } from "./new_kafka.ts";

test("the transaction that holds a partition's readers back is named", async () => {
  await using cluster = await testCluster();
  const topic = await cluster.freshTopic(2);
  const kafka = new kafkajs.Kafka({
    brokers: [process.env.EVENTFLOW_TEST_KAFKA ?? ""],
    logLevel: kafkajs.logLevel.NOTHING,
    retry: retryPolicy({ firstMs: 5, maxMs: 500, times: 10 }),
  });
  const begin = async (transactionalId: string) => {
    const producer = kafka.producer({
      transactionalId,
      idempotent: true,
      maxInFlightRequests: 1,
    });
    await producer.connect();
    const transaction = await producer.transaction();
    await transaction.send({
      topic,
      acks: -1,
      messages: [{ partition: 1, value: Buffer.from("held") }],
    });
    return { producer, transaction };
  };
  assert.equal(await cluster.admin.openTransaction(topic, 1), undefined);

  const beforeMs = Date.now();
  const [id, another] = [`first-${randomUUID()}`, `second-${randomUUID()}`];
  const first = await begin(id);
  const second = await begin(another);
  const found = await cluster.admin.openTransaction(topic, 1);
  assert.equal(found?.transactionalId, id);
  assert.equal(found?.startOffset, 0);
  assert.match(found?.producerId ?? "", /^\d+$/);
  const { sinceMs = 0 } = found ?? {};
  assert.ok(sinceMs >= beforeMs && sinceMs <= Date.now(), `${sinceMs}`);
  assert.equal(await cluster.admin.openTransaction(topic, 0), undefined);

  await first.transaction.abort();
  const next = await cluster.admin.openTransaction(topic, 1);
  assert.equal(next?.transactionalId, another);
  await second.transaction.commit();
  await Promise.all([
    first.producer.disconnect(),
    second.producer.disconnect(),
  ]);
});
