import { Buffer } from "node:buffer";
import type { KafkaAdmin, KafkaClient } from "#kafka/port.ts";

/**
 * A topic of one partition that is kept in memory, for tests of what reads one.
 *
 * @param values of its records, as they are before JSON
 * @param timestampMs of each record
 */
export function keptTopic(
  topic: string,
  values: readonly unknown[],
  timestampMs: number,
): {
  readonly topic: string;
  readonly admin: Pick<KafkaAdmin, "endOffsets" | "topicId">;
  readonly kafka: Pick<KafkaClient, "read">;
} {
  const records = values.map((value, offset) => ({
    topic,
    partition: 0,
    offset,
    timestampMs,
    key: null,
    value: Buffer.from(JSON.stringify(value)),
    headers: [],
  }));
  return {
    topic,
    admin: {
      topicId: () => Promise.resolve(topic),
      endOffsets: () => Promise.resolve(new Map([[0, records.length]])),
    },
    kafka: {
      async *read({ ranges: [range] }) {
        yield await Promise.resolve({
          partition: 0,
          records,
          gaps: [],
          nextOffset: range?.to ?? 0,
        });
      },
    },
  };
}
