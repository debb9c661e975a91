import type { KafkaAdmin, KafkaClient } from "#kafka/port.ts";

/**
 * Since when a topic holds everything; `undefined` if nothing was ever removed from it. Kafka
 * removes whole segments, so of two topics with the same retention either may still have records whose
 * counterparts in the other are gone.
 *
 * @returns milliseconds since the epoch
 */
export async function keptSince(
  { kafka, admin, topic, nowMs }: {
    kafka: Pick<KafkaClient, "read">;
    admin: Pick<KafkaAdmin, "startOffsets" | "endOffsets" | "topics">;
    topic: string;
    nowMs: number;
  },
): Promise<number | undefined> {
  const ends = await admin.endOffsets(topic);
  const cut = [...await admin.startOffsets(topic)]
    .filter(([, start]) => start > 0)
    .map(([partition, from]) => ({
      partition,
      from,
      to: ends.get(partition) ?? from,
    }));
  if (cut.length === 0) return undefined;
  const firsts: number[] = [];
  for (const range of cut) {
    const first = await firstTimestamp(kafka, topic, range);
    if (first !== "unreadable") firsts.push(first ?? nowMs);
  }
  // The audit comes to the same place itself, and says so.
  if (firsts.length === 0) return undefined;
  // Of a topic that is seldom written the first record left may be young, though nothing young is gone.
  const [description] = await admin.topics([topic]);
  const retentionMs = Number(description?.config["retention.ms"] ?? 0);
  const isLimitedInBytes = Number(description?.config["retention.bytes"]) > 0;
  return retentionMs > 0 && !isLimitedInBytes
    ? Math.min(nowMs - retentionMs, Math.max(...firsts))
    : Math.max(...firsts);
}

/** Of the first record in a range; `undefined` if there is none. */
async function firstTimestamp(
  kafka: Pick<KafkaClient, "read">,
  topic: string,
  range: { partition: number; from: number; to: number },
): Promise<number | "unreadable" | undefined> {
  const batches = kafka.read({ topic, ranges: [range] });
  for await (const { records, unreadable } of batches) {
    if (records[0] !== undefined) return records[0].timestampMs;
    if (unreadable !== undefined) return "unreadable";
  }
  return undefined;
}
