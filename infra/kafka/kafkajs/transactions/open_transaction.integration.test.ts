import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import process from "node:process";
import { test } from "node:test";
import { testCluster } from "#kit/kafka/test_cluster.ts";
import { leaveOpen } from "#kit/kafka/kafkajs/test_stranger.ts";

test("the transaction that holds a partition's readers back is named", async () => {
  await using cluster = await testCluster();
  const topic = await cluster.freshTopic(2);
  const begin = (transactionalId: string) =>
    leaveOpen(process.env.EVENTFLOW_TEST_KAFKA ?? "", {
      topic,
      partitions: [1],
      transactionalId,
    });
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

  await first.abort();
  // Its marker is written behind the answer to the abort.
  let next = await cluster.admin.openTransaction(topic, 1);
  while (next?.transactionalId === id) {
    next = await cluster.admin.openTransaction(topic, 1);
  }
  assert.equal(next?.transactionalId, another);
  await second.commit();
});
