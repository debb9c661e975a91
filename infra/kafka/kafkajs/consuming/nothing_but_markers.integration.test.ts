import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { listening, nowhere, testCluster } from "#kit/kafka/test_cluster.ts";
import { leaveUnfinished } from "#kit/kafka/unfinished.ts";

test("a stay that begins with nothing but aborted records commits past them", async () => {
  await using cluster = await testCluster();
  const topic = await cluster.freshTopic();
  const id = randomUUID();
  const failing = await cluster.kafka.openTransactional(id, nowhere);
  await leaveUnfinished(cluster, failing, {
    topic,
    key: null,
    value: Buffer.from("aborted"),
    headers: [],
  });
  const fencing = await cluster.kafka.openTransactional(id, nowhere);
  await failing.close();
  await fencing.close();

  const groupId = randomUUID();
  const reading = listening(() => true);
  const reader = await cluster.kafka.join({ groupId, topic, ...reading });
  const { records, fetchedOffset, nextOffset, commitOffset } = await reading
    .received;
  const pastTheMarker = 2;
  assert.deepEqual([records, fetchedOffset, nextOffset], [
    [],
    0,
    pastTheMarker,
  ]);
  await commitOffset(nextOffset);
  await reader.close();
  const positions = await cluster.admin.positions(groupId, topic);
  assert.equal(positions.get(0), pastTheMarker);
});
