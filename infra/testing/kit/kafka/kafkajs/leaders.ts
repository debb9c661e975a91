/**
 * For scenarios that take a certain broker away: who leads what.
 *
 * @module
 */
import { askAsAdmin } from "./test_admin.ts";

/**
 * @param brokers host:port of brokers to ask
 * @returns the node id of each partition's leader; -1 while there is none
 */
export async function leadersOf(
  brokers: readonly string[],
  topic: string,
): Promise<ReadonlyMap<number, number>> {
  return await askAsAdmin(brokers, async (admin) => {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    return new Map(
      (topics[0]?.partitions ?? [])
        .map(({ partitionId, leader }) => [partitionId, leader]),
    );
  });
}
