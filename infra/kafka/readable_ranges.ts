import type { KafkaAdmin, OffsetRange } from "./port.ts";

/**
 * What can be read of a topic now, by partition. Partitions of which nothing can are left out.
 *
 * @param last of each partition the last so many offsets; absent: all that is kept
 * @throws {TransientError} if Kafka does not answer
 */
export async function readableRanges(
  admin: Pick<KafkaAdmin, "startOffsets" | "endOffsets">,
  topic: string,
  { last = Infinity }: { readonly last?: number } = {},
): Promise<OffsetRange[]> {
  const starts = await admin.startOffsets(topic);
  const ends = await admin.endOffsets(topic);
  return [...ends].map(([partition, to]) => ({
    partition,
    from: Math.max(starts.get(partition) ?? 0, to - last),
    to,
  })).filter(({ from, to }) => from < to);
}
