import { Buffer } from "node:buffer";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { testCluster } from "#kit/kafka/test_cluster.ts";
import { until } from "#kit/until.ts";
import { UnwritableError } from "../../write_errors.ts";

/** The topics that an error says cannot be written to. */
function unwritable(error: unknown): readonly string[] {
  if (error instanceof UnwritableError) return error.topics;
  return error instanceof Error ? unwritable(error.cause) : [];
}

test("a topic that is gone after it was written to is named, and written to when it is there again", async () => {
  await using cluster = await testCluster();
  const { kafka, admin } = cluster;
  const input = await cluster.freshTopic();
  const [stays, goes] = [
    await cluster.freshTopic(),
    await cluster.freshTopic(),
  ];
  const groupId = randomUUID();
  let nextOffset = 0;
  const write = async () => {
    const sender = await kafka.openTransactional(`${groupId}.id`, {
      groupId,
      topics: [stays, goes],
    });
    try {
      await sender.transact(
        [stays, goes].map((topic) => ({
          topic,
          key: null,
          value: Buffer.from("x"),
          headers: [],
        })),
        groupId,
        { topic: input, partition: 0, nextOffset: ++nextOffset },
      );
    } finally {
      await sender.close();
    }
  };
  const fault = () => write().then(() => undefined, (error) => error);

  await write();
  await admin.deleteTopics([goes]);
  await until("it was named", async () => {
    // Until every broker knows that it is gone, a write can fail otherwise.
    const named = unwritable(await fault());
    return named.length === 1 && named[0] === goes;
  }, { everyMs: 100 });
  await admin.createTopics([{ name: goes, partitions: 1, config: {} }]);
  await until(
    "it was written to again",
    async () => await fault() === undefined,
    { everyMs: 100 },
  );
});
