import { randomUUID } from "node:crypto";
import { nowhere, testCluster } from "#kit/kafka/test_cluster.ts";
import { until } from "#kit/until.ts";

/**
 * Uses a transaction and a group once, so that no test is the first to: for that Kafka makes topics of its
 * own, and meanwhile refuses.
 *
 * @param kafka host:port
 */
export async function awaitCoordinators(kafka: string): Promise<void> {
  await using cluster = await testCluster(kafka);
  const topic = await cluster.freshTopic();
  const id = randomUUID();
  await until("Kafka coordinated a transaction", async () => {
    try {
      const sender = await cluster.kafka.openTransactional(id, nowhere);
      await sender.transact([], id, { topic, partition: 0, nextOffset: 0 })
        .finally(() => sender.close());
      return true;
    } catch {
      return false;
    }
  });
}
