import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { listening, testCluster } from "#kit/kafka/test_cluster.ts";

test("a position that the log does not have is handed on as such, beside other partitions' records, and nobody moves it", async () => {
  await using cluster = await testCluster();
  const topic = await cluster.freshTopic(2);
  const groupId = randomUUID();
  // Of many keys, so that both partitions have some.
  const written = Array.from({ length: 20 }, (_, n) => ({ value: `v${n}` }));
  await cluster.write(topic, written);
  const first = listening(({ partition }) => partition === 0);
  const one = await cluster.kafka.join({ groupId, topic, ...first });
  const beyondTheLog = 100;
  await (await first.received).commitOffset(beyondTheLog, "a note");
  await one.close();

  const second = listening(({ partition }) => partition === 0);
  const two = await cluster.kafka.join({ groupId, topic, ...second });
  const { records, nextOffset, unreadable, flow } = await second.received;
  flow.pause();
  assert.deepEqual(records, []);
  assert.equal(nextOffset, beyondTheLog);
  assert.equal(unreadable?.reason, "position_impossible");
  assert.match(
    unreadable.message,
    new RegExp(`partition 0 of ${topic} does not have offset 100`),
  );
  await two.close();

  const third = listening(({ partition }) => partition === 1);
  const three = await cluster.kafka.join({ groupId, topic, ...third });
  assert.equal((await third.received).unreadable, undefined);
  await three.close();
  assert.deepEqual(await cluster.admin.position(groupId, topic, 0), {
    nextOffset: 100,
    note: "a note",
  });
});
