// Positions that cannot be, on a real broker: what they stop, and that nothing but a decision ends it.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import process from "node:process";
import { test } from "node:test";
import { deleteRecords } from "#kit/kafka/kafkajs/delete_records.ts";
import {
  nowhere,
  type TestCluster,
  testCluster,
} from "#kit/kafka/test_cluster.ts";
import { eachRecord } from "./handler.ts";
import { startedWorker, until } from "#kit/kafka/test_worker.ts";

const IMPOSSIBLE = "position_impossible";

/** A worker that notes what it has worked on, as partition/value. */
async function noting(
  cluster: TestCluster,
  given: { topic: string; groupId: string },
) {
  const seen: string[] = [];
  const worker = await startedWorker(cluster, {
    ...given,
    handle: eachRecord((record) => {
      seen.push(`${record.partition}/${record.value}`);
      return { kind: "done" };
    }),
  });
  return Object.assign(worker, { seen });
}

/** Moves a position without any membership, as whoever administers a cluster can. */
async function move(
  { kafka }: TestCluster,
  { groupId, topic }: { groupId: string; topic: string },
  to: { nextOffset: number; note?: string },
): Promise<void> {
  const sender = await kafka.openTransactional(randomUUID(), nowhere);
  await sender.transact([], groupId, { topic, partition: 0, ...to });
  await sender.close();
}

const write = (cluster: TestCluster, topic: string, values: string[]) =>
  cluster.write(topic, values.map((value) => ({ key: "k", value })));

test("a position past the log's end stops its partition alone, also once the log has grown over it", async () => {
  await using cluster = await testCluster();
  const given = { topic: await cluster.freshTopic(), groupId: randomUUID() };
  await write(cluster, given.topic, ["a", "b"]);
  await move(cluster, given, { nextOffset: 4 });
  {
    await using worker = await noting(cluster, given);
    await until(async () => await worker.paused(IMPOSSIBLE) === "1");
    assert.match(
      worker.readiness.reasons["partition 0"] ?? "",
      /^The position 4 of .* is past the log's end 2: /,
    );
  }
  await write(cluster, given.topic, ["c", "d", "e"]);
  {
    await using worker = await noting(cluster, given);
    await until(async () => await worker.paused(IMPOSSIBLE) === "1");
    assert.match(
      worker.readiness.reasons["partition 0"] ?? "",
      /is past the log's end 2: .*seen at 2/,
    );
    assert.deepEqual(worker.seen, []);
  }
  const { nextOffset } = await cluster.admin.position(
    given.groupId,
    given.topic,
    0,
  ) ?? assert.fail("no position");
  assert.equal(nextOffset, 4);
});

test("a log that was cut off and has grown over the position is refused, though nobody saw it shorter, and other partitions go on", async () => {
  await using cluster = await testCluster();
  const { topic, ...rest } = {
    topic: await cluster.freshTopic(),
    groupId: randomUUID(),
  };
  await write(cluster, topic, ["a", "b", "c"]);
  {
    await using worker = await noting(cluster, { topic, ...rest });
    await until(async () => await worker.position() === 3);
  }
  const was = await cluster.admin.position(rest.groupId, topic, 0) ??
    assert.fail("no position");
  // What another log of the same length is, to whoever has read the first.
  const other = await cluster.freshTopic(2);
  await write(cluster, other, ["d", "e", "f", "g"]);
  const [partition] = [...await cluster.admin.endOffsets(other)]
    .find(([, end]) => end === 4) ?? assert.fail("nothing written");
  const sender = await cluster.kafka.openTransactional(randomUUID(), nowhere);
  await sender.transact([], rest.groupId, { topic: other, partition, ...was });
  await sender.close();

  await using worker = await noting(cluster, { topic: other, ...rest });
  await until(async () => await worker.paused(IMPOSSIBLE) === "1");
  assert.match(
    worker.readiness.reasons[`partition ${partition}`] ?? "",
    /^The position 3 of .* follows other records than those that were worked on: /,
  );
  const keys = Array.from({ length: 20 }, (_, n) => `key-${n}`);
  await worker.write(...keys);
  await until(() => worker.seen.length > 0);
  assert.ok(worker.seen.every((one) => !one.startsWith(`${partition}/`)));
  const after = await cluster.admin.position(rest.groupId, other, partition);
  assert.deepEqual(after, was);
});

test("records that were removed before they were read stop the partition, with their number", async () => {
  await using cluster = await testCluster();
  const given = { topic: await cluster.freshTopic(), groupId: randomUUID() };
  await write(cluster, given.topic, ["a", "b", "c", "d"]);
  await move(cluster, given, { nextOffset: 1 });
  await deleteRecords(process.env.EVENTFLOW_TEST_KAFKA ?? "", given.topic, 3);
  await using worker = await noting(cluster, given);
  await until(async () => await worker.paused(IMPOSSIBLE) === "1");
  assert.match(
    worker.readiness.reasons["partition 0"] ?? "",
    /^The position 1 of .* is before the log's start 3: 2 offsets were removed before they were read/,
  );
  assert.deepEqual(worker.seen, []);
});
