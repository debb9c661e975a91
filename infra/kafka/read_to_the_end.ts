import type { KafkaClient, ReadBatch, ReadOptions } from "./port.ts";

/**
 * Reads ranges as `read` does, for whoever would say something untrue if a part of them were missing.
 *
 * @throws {PartitionError} at the first place that cannot be read, behind what lies in front of it
 * @throws {TransientError} if Kafka does not answer
 */
export async function* readToTheEnd(
  kafka: Pick<KafkaClient, "read">,
  options: ReadOptions,
): AsyncGenerator<ReadBatch> {
  for await (const batch of kafka.read(options)) {
    yield batch;
    if (batch.unreadable !== undefined) throw batch.unreadable;
  }
}
