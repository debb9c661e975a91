import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { type TestCluster, testCluster } from "#kit/kafka/test_cluster.ts";
import { leaveUnfinished } from "#kit/kafka/unfinished.ts";

/** An id's group, its topics, and how to write with it. */
async function transactional(cluster: TestCluster) {
  const input = await cluster.freshTopic();
  const output = await cluster.freshTopic(3);
  const [id, groupId] = [randomUUID(), randomUUID()];
  const record = (value: string) => ({
    topic: output,
    key: Buffer.from(value),
    value: Buffer.from(value),
    headers: [],
  });
  return {
    record,
    groupId,
    open: (...more: readonly string[]) =>
      cluster.kafka.openTransactional(id, {
        groupId,
        topics: [...more, output],
      }),
    openInUse: () =>
      cluster.kafka.openTransactional(
        id,
        { groupId, topics: [output] },
        { inUse: true },
      ),
    at: (nextOffset: number) => ({ topic: input, partition: 0, nextOffset }),
    position: async () =>
      (await cluster.admin.positions(groupId, input)).get(0),
    ends: () => cluster.admin.highWatermarks(output),
    values: async () =>
      (await cluster.readAll(output)).map(({ value }) => `${value}`).sort(),
  };
}

test("an id that never wrote is opened without a word into the topics", async () => {
  await using cluster = await testCluster();
  const { open, ends } = await transactional(cluster);
  await (await open()).close();
  assert.deepEqual([...(await ends()).values()], [0, 0, 0]);
});

test("a committed transaction is committed again, in every partition, which changes nothing", async () => {
  await using cluster = await testCluster();
  const { open, record, groupId, at, position, values, ends } =
    await transactional(cluster);
  const first = await open();
  await first.transact([record("a"), record("b")], groupId, at(7));
  await first.close();
  const before = await ends();
  const second = await open();
  assert.deepEqual(await values(), ["a", "b"]);
  assert.equal(await position(), 7);
  for (const [partition, end] of await ends()) {
    assert.ok(end > (before.get(partition) ?? 0), "a marker more");
  }
  await second.transact([record("c")], groupId, at(8));
  assert.deepEqual(await values(), ["a", "b", "c"]);
  assert.equal(await position(), 8);
  await second.close();
});

test("a transaction left open is aborted, and its records are never read", async () => {
  await using cluster = await testCluster();
  const { open, record, groupId, at, position, values } = await transactional(
    cluster,
  );
  const first = await open();
  await first.transact([record("a")], groupId, at(3));
  await leaveUnfinished(cluster, first, record("left"));
  const second = await open();
  await second.transact([record("b")], groupId, at(4));
  assert.deepEqual(await values(), ["a", "b"]);
  assert.equal(await position(), 4);
  await first.close();
  await second.close();
});

test("a topic that is gone keeps no id from being opened", async () => {
  await using cluster = await testCluster();
  const { open, record, groupId, at, values } = await transactional(cluster);
  const first = await open();
  await first.transact([record("a")], groupId, at(3));
  await first.close();
  const second = await open(`gone.${randomUUID()}`);
  await second.transact([record("b")], groupId, at(4));
  assert.deepEqual(await values(), ["a", "b"]);
  await second.close();
});

test("an id once opened as one in use stays so, and a new one is not", async () => {
  await using cluster = await testCluster();
  const { open, openInUse } = await transactional(cluster);
  const said: boolean[] = [];
  for (const opening of [open, open, openInUse, open]) {
    const sender = await opening();
    said.push(sender.isInUse);
    await sender.close();
  }
  assert.deepEqual(said, [false, false, true, true]);
});

test("an id that has written is one in use", async () => {
  await using cluster = await testCluster();
  const { open, record, groupId, at } = await transactional(cluster);
  const first = await open();
  await first.transact([record("a")], groupId, at(3));
  await first.close();
  for (const sender of [await open(), await open()]) {
    assert.equal(sender.isInUse, true);
    await sender.close();
  }
});
