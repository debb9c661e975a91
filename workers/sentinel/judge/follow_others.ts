import type { KafkaAdmin, KafkaClient, OutgoingRecord } from "#kafka/port.ts";
import { logRecord, slotsOf } from "../counts/counts_log.ts";
import type { Counted } from "../detection/count_fact.ts";
import { countRefused, countUnmapped } from "../detection/count_others.ts";

/** Records of another topic that are counted in one record of the log at most. */
const MOST_RECORDS = 1_000;

type Deps = {
  readonly kafka: Pick<KafkaClient, "read">;
  readonly admin: Pick<KafkaAdmin, "startOffsets" | "endOffsets">;
  readonly countsTopic: string;
  readonly rejectedTopic: string;
  readonly unmappedTopic: string;
};

/**
 * Counts what is new of refused webhooks and of those that no mapping knew.
 *
 * @param reached how far a partition is counted, by the log of counts; `undefined` if it never was
 * @returns records for that log
 */
export async function countOthers(
  { kafka, admin, countsTopic, rejectedTopic, unmappedTopic }: Deps,
  reached: (topic: string, partition: number) => number | undefined,
): Promise<OutgoingRecord[]> {
  const made: OutgoingRecord[] = [];
  const count = async (
    topic: string,
    counted: (value: unknown) => Counted | undefined,
  ) => {
    const starts = await admin.startOffsets(topic);
    const ends = await admin.endOffsets(topic);
    for (const [partition, end] of ends) {
      const start = starts.get(partition) ?? 0;
      const from = Math.max(start, reached(topic, partition) ?? start);
      const to = Math.min(end, from + MOST_RECORDS);
      if (from >= to) continue;
      const all: Counted[] = [];
      let next = to;
      const ranges = [{ partition, from, to }];
      for await (const batch of kafka.read({ topic, ranges })) {
        next = Math.max(from, batch.nextOffset);
        for (const { value } of batch.records) {
          const one = counted(read(value?.toString("utf8") ?? ""));
          if (one !== undefined) all.push(one);
        }
      }
      made.push(logRecord(countsTopic, {
        kind: "counts",
        topic,
        partition,
        from,
        next: Math.max(next, to),
        slots: slotsOf(all),
      }));
    }
  };
  await count(rejectedTopic, countRefused);
  await count(unmappedTopic, countUnmapped);
  return made;
}

function read(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
