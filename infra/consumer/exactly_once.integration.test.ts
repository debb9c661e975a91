import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import type { GroupConsumer } from "#kafka/port.ts";
import { type TestCluster, testCluster } from "#kit/kafka/test_cluster.ts";
import { Contiguity } from "./contiguity.ts";
import { eachRecord } from "./handler.ts";
import { PartitionProcessor } from "./partition_processor.ts";
import { PartitionProcessors } from "./partition_processors.ts";
import { OutageRule } from "./outage_rule.ts";
import { Committer } from "./committer.ts";
import { TooLargeRule } from "./too_large_rule.ts";

type Copier = { close(): Promise<void>; committed: () => number };

/** A member that copies a topic, exactly once. `close` leaves in order, as a drain does. */
async function copy(
  { kafka, admin }: TestCluster,
  { from, to, groupId }: { from: string; to: string; groupId: string },
): Promise<Copier> {
  let committed = 0;
  const processors = new PartitionProcessors((partition, after) =>
    new PartitionProcessor({
      handle: eachRecord((record) => ({
        kind: "forward",
        records: [{ ...record, topic: to }],
      })),
      output: (_record, outcome) =>
        outcome.kind === "forward" ? outcome.records : [],
      committer: new Committer({
        kafka,
        admin,
        groupId,
        topic: from,
        partition,
        outputTopics: [to],
      }),
      contiguity: new Contiguity({
        topic: from,
        partition,
        isCompacted: false,
      }),
      outage: new OutageRule(0),
      cap: { take: () => 0 },
      tooLarge: new TooLargeRule(),
      limits: {
        batch: { maxRecords: 50, maxBytes: 1_000_000 },
        maxWaitingBytes: 2_000,
        retryBaseMs: 5,
        retryMaxMs: 50,
      },
      events: {
        taken() {},
        attempting() {},
        superseded() {},
        retrying() {},
        capped() {},
        ended() {},
        lost() {},
        stopped: (error) => assert.fail(String(error)),
        committed: ({ results }) => committed += results.length,
        failed: (error) => {
          throw error;
        },
      },
    }, after)
  );
  const consumer: GroupConsumer = await kafka.join({
    groupId,
    topic: from,
    listener: {
      assigned() {},
      received: (received) => processors.received(received),
      revoked: () => processors.revoked(),
      crashed: (error) => {
        throw error;
      },
    },
  });
  return {
    committed: () => committed,
    async close() {
      await processors.close();
      await consumer.close();
    },
  };
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!await condition()) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test("members come and go, and each record is copied exactly once and in order", async () => {
  await using cluster = await testCluster();
  const from = await cluster.freshTopic(3);
  const to = await cluster.freshTopic(3);
  const groupId = randomUUID();
  const values = Array.from({ length: 3_000 }, (_, n) => ({
    key: `key-${n % 30}`,
    value: String(n),
  }));
  await cluster.write(from, values);

  const progress = async () => {
    const positions = await cluster.admin.positions(groupId, from);
    return [...positions.values()].reduce((sum, one) => sum + one, 0);
  };
  const first = await copy(cluster, { from, to, groupId });
  await until(async () => await progress() > 300);
  const second = await copy(cluster, { from, to, groupId });
  await until(async () => await progress() > 1_000);
  await first.close();
  await until(async () => await progress() > 1_500);
  const third = await copy(cluster, { from, to, groupId });
  await until(async () => await progress() >= values.length);
  await second.close();
  await third.close();

  const copied = await cluster.readAll(to);
  assert.equal(copied.length, values.length);
  const inOrder = await cluster.readAll(from);
  assert.deepEqual(
    copied.map(({ value }) => `${value}`),
    inOrder.map(({ value }) => `${value}`),
  );
});
