import kafkajs from "kafkajs";

/**
 * For tests: removes what lies before an offset of a topic's first partition, as retention does.
 *
 * @param broker host:port
 */
export async function deleteRecords(
  broker: string,
  topic: string,
  before: number,
): Promise<void> {
  const admin = new kafkajs.Kafka({
    brokers: [broker],
    logLevel: kafkajs.logLevel.NOTHING,
  }).admin();
  await admin.connect();
  try {
    // It does not look for a topic that it has not heard of.
    await admin.fetchTopicOffsets(topic);
    const partitions = [{ partition: 0, offset: String(before) }];
    await admin.deleteTopicRecords({ topic, partitions });
  } finally {
    await admin.disconnect();
  }
}
