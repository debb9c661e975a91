import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { describeError } from "../../errors.ts";
import { listening, testCluster } from "../test_cluster.ts";

test("a position that the log does not have ends the consumer, and nobody moves it", async () => {
  await using cluster = await testCluster();
  const topic = await cluster.freshTopic();
  const groupId = randomUUID();
  await cluster.write(topic, [{ value: "a" }]);
  const first = listening(() => true);
  const one = await cluster.kafka.join({ groupId, topic, ...first });
  const beyondTheLog = 100;
  await (await first.batch).commit(beyondTheLog);
  await one.close();

  const second = listening(() => true);
  const two = await cluster.kafka.join({ groupId, topic, ...second });
  const error: unknown = await second.batch.catch((error) => error);
  assert.match(
    describeError(error),
    new RegExp(`${groupId} is at offset 100 of partition 0 of ${topic}`),
  );
  await two.close();
  assert.equal((await cluster.admin.positions(groupId, topic)).get(0), 100);
});
