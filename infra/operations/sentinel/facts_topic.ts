import type { KafkaAdmin, KafkaClient } from "#kafka/port.ts";
import { RecentIds } from "../../../workers/sentinel/counts/recent_ids.ts";
import type { Counted } from "../../../workers/sentinel/detection/count_fact.ts";
import { rangesBetween } from "../ranges.ts";
import { countLine } from "./count_line.ts";
import type { FactsFile } from "./facts_file.ts";

/** The facts of a topic, in the order of their times: partitions have none between them. */
export async function readFactsTopic(
  { kafka, admin, topic, signal }: {
    readonly kafka: Pick<KafkaClient, "read">;
    readonly admin: Pick<
      KafkaAdmin,
      "startOffsets" | "endOffsets" | "offsetsAt"
    >;
    readonly topic: string;
    readonly signal?: AbortSignal;
  },
): Promise<FactsFile> {
  const ends = await admin.endOffsets(topic);
  const ranges = await rangesBetween(admin, { topic, ends });
  const ids = new RecentIds();
  const facts: Counted[] = [];
  let unreadable = 0;
  for await (
    const batch of kafka.read({ topic, ranges, ...signal && { signal } })
  ) {
    if (batch.unreadable) unreadable++;
    for (const { value } of batch.records) {
      const one = countLine(value?.toString("utf8") ?? "", ids);
      if (one === undefined) unreadable++;
      else facts.push(one);
    }
  }
  let [first, last] = [Infinity, -Infinity];
  for (const { timeMs } of facts) {
    first = Math.min(first, timeMs);
    last = Math.max(last, timeMs);
  }
  return {
    facts: facts.sort((a, b) => a.timeMs - b.timeMs),
    spanDays: facts.length === 0 ? 0 : (last - first) / 86_400_000,
    sorted: true,
    unreadable: () => unreadable,
  };
}
