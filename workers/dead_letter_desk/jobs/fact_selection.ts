import { headers } from "#contracts/headers.ts";
import { headerText } from "#kafka/headers.ts";
import type { KafkaAdmin, KafkaClient } from "#kafka/port.ts";
import { readToTheEnd } from "#kafka/read_to_the_end.ts";
import { type Range, rangesOf } from "../actions/offsets.ts";

/** Which facts are replayed. */
export type FactFilter = {
  readonly topic: string;
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly provider?: string | undefined;
};

/**
 * Records of a topic that Kafka took within a time. What a replay put there is none: what it is of is.
 *
 * @throws {TransientError} if Kafka is away; {PartitionError} if some of that time cannot be read
 */
export async function selectFacts(
  { kafka, admin }: {
    readonly kafka: Pick<KafkaClient, "read">;
    readonly admin: Pick<KafkaAdmin, "offsetsAt">;
  },
  { topic, sinceMs, untilMs, provider }: FactFilter,
  { most }: { readonly most: number },
): Promise<{ ranges: Range[]; count: number; hasMore: boolean }> {
  const [from, to] = await Promise.all([
    admin.offsetsAt(topic, sinceMs),
    admin.offsetsAt(topic, untilMs),
  ]);
  const windows = [...from].map(([partition, first]) => ({
    partition,
    from: first,
    to: to.get(partition) ?? first,
  })).filter((window) => window.from < window.to);
  const positions: { partition: number; offset: number }[] = [];
  const batches = readToTheEnd(kafka, { topic, ranges: windows });
  for await (const { records } of batches) {
    for (const { partition, offset, headers: all } of records) {
      if (headerText(all, headers.replayOf) !== undefined) continue;
      const its = headerText(all, headers.provider);
      if (provider !== undefined && its !== provider) continue;
      if (positions.length >= most) {
        return { ranges: rangesOf(positions), count: most, hasMore: true };
      }
      positions.push({ partition, offset });
    }
  }
  return {
    ranges: rangesOf(positions),
    count: positions.length,
    hasMore: false,
  };
}
