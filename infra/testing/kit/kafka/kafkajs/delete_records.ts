import { askAsAdmin } from "./test_admin.ts";

/**
 * For tests: removes what lies before an offset of a partition, as retention does.
 *
 * @param broker host:port
 */
export async function deleteRecords(
  broker: string,
  topic: string,
  before: number,
  partition = 0,
): Promise<void> {
  await askAsAdmin([broker], async (admin) => {
    // It does not look for a topic that it has not heard of.
    await admin.fetchTopicOffsets(topic);
    const partitions = [{ partition, offset: String(before) }];
    await admin.deleteTopicRecords({ topic, partitions });
  });
}
