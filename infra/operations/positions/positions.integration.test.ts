import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import process from "node:process";
import { test } from "node:test";
import { z } from "zod";
import { nowhere, testCluster } from "#kit/kafka/test_cluster.ts";
import { readNote } from "#kafka/position_note.ts";
import { listening } from "#kit/kafka/test_cluster.ts";
import { positions, type PositionsOptions } from "./positions.ts";
import { parseTarget } from "./target.ts";

/** A topic of five records, and a group of EventFlow's that is at an offset of it, and of which nobody works. */
async function setUp(nextOffset: number | undefined) {
  const cluster = await testCluster();
  const topic = await cluster.freshTopic();
  const group = randomUUID();
  await cluster.write(
    topic,
    ["a", "b", "c", "d", "e"].map((value) => ({ value })),
  );
  if (nextOffset !== undefined) {
    const sender = await cluster.kafka.openTransactional(randomUUID(), nowhere);
    await sender.transact([], group, { topic, partition: 0, nextOffset });
    await sender.close();
  }
  const env = {
    KAFKA_BOOTSTRAP_SERVERS: process.env.EVENTFLOW_TEST_KAFKA ?? "",
    EVENTFLOW_RAW_TOPIC: topic,
    EVENTFLOW_VALIDATOR_GROUP_ID: group,
    EVENTFLOW_VALIDATED_TOPIC: await cluster.freshTopic(),
    EVENTFLOW_UNMAPPED_TOPIC: await cluster.freshTopic(),
    EVENTFLOW_DLQ_TOPIC: await cluster.freshTopic(),
  };
  const run = async (
    { to, ...options }: Partial<Omit<PositionsOptions, "to">> & { to?: string },
  ) => {
    const said: string[] = [];
    const code = await positions({
      group,
      by: "ann@desk",
      whileRunning: false,
      apply: false,
      ...options,
      to: to === undefined ? undefined : parseTarget(to, Date.now()),
      say: (line) => said.push(line),
      env,
    });
    return { code, said: said.join("\n") };
  };
  return { cluster, topic, group, run };
}

test("positions are shown beside their logs, and what is impossible is said", async () => {
  const { cluster, topic, run, group } = await setUp(9);
  await using _ = cluster;
  const { code, said } = await run({});
  assert.equal(code, 1);
  assert.match(
    said,
    new RegExp(`^${group}  ${topic}/0  9 +0 +5 +IMPOSSIBLE$`, "m"),
  );
  assert.match(said, /The position 9 of .* is past the log's end 5: /);
});

test("without --apply it is said what a decision passes over and repeats, and nothing is moved", async () => {
  const { cluster, topic, run, group } = await setUp(2);
  await using _ = cluster;
  const forth = await run({ to: "4" });
  assert.match(forth.said, /passed over: offsets 2 to 3, 2 records$/m);
  const back = await run({ to: "start" });
  assert.match(back.said, /repeated: +offsets 0 to 1, 2 records$/m);
  assert.match(back.said, /Nothing was changed/);
  const position = await cluster.admin.position(group, topic, 0);
  assert.equal(position?.nextOffset, 2);
});

test("a decision moves the position, says so in one line of JSON, and stays beside the position", async () => {
  const { cluster, topic, run, group } = await setUp(9);
  await using _ = cluster;
  const { code, said } = await run({
    to: "3",
    apply: true,
    reason: "disk restored",
  });
  assert.equal(code, 0);
  assert.match(
    said,
    /passed over: offsets 0 to 2, 3 records, unless the group/,
  );
  const line = said.split("\n").find((line) => line.startsWith("{"));
  const entry = z.object({ by: z.string(), from: z.number(), to: z.number() })
    .parse(JSON.parse(line ?? ""));
  assert.deepEqual(entry, { by: "ann@desk", from: 9, to: 3 });
  const position = await cluster.admin.position(group, topic, 0);
  assert.equal(position?.nextOffset, 3);
  const { decided, batch } = readNote(position.note);
  assert.deepEqual([decided?.by, decided?.from, decided?.reason], [
    "ann@desk",
    9,
    "disk restored",
  ]);
  assert.ok(batch);
  assert.equal((await run({})).code, 0);
});

test("a decision without a reason, outside of the log, or for several partitions is refused", async () => {
  const { cluster, run } = await setUp(2);
  await using _ = cluster;
  await assert.rejects(run({ to: "3", apply: true }), /--apply needs --reason/);
  await assert.rejects(run({ to: "6" }), /offset 6 of .* its log has 0 to 5/);
  await assert.rejects(
    run({ group: undefined, to: "3" }),
    /--to is for one partition of one group/,
  );
});

test("a group that has members is left alone, unless its position is impossible or it is said to have stopped", async () => {
  const { cluster, run, group, topic } = await setUp(2);
  await using _ = cluster;
  const reading = listening(() => true);
  const member = await cluster.kafka.join({
    groupId: group,
    topic,
    ...reading,
  });
  await reading.received;
  await assert.rejects(run({ to: "3" }), /has 1 members, which may be at work/);
  const { said } = await run({ to: "3", whileRunning: true });
  assert.match(said, /goes on at offset 3/);
  await member.close();
});
