import type { KafkaAdmin, OffsetRange } from "#kafka/port.ts";

/** A partition's offsets of a time, and those of its whole log. */
export type TimeRange = OffsetRange & {
  readonly log: { readonly start: number; readonly end: number };
};

/**
 * Where the records of a time are, by partition and in their order.
 *
 * @param of.ends by partition, what to read up to at most
 * @param of.sinceMs milliseconds since the epoch; absent: from the first record that is kept
 * @param of.untilMs milliseconds since the epoch; absent: up to the ends
 */
export async function rangesBetween(
  admin: Pick<KafkaAdmin, "startOffsets" | "offsetsAt">,
  { topic, ends, sinceMs, untilMs }: {
    readonly topic: string;
    readonly ends: ReadonlyMap<number, number>;
    readonly sinceMs?: number | undefined;
    readonly untilMs?: number | undefined;
  },
): Promise<TimeRange[]> {
  const starts = await admin.startOffsets(topic);
  const at = async (timeMs: number | undefined) =>
    timeMs === undefined ? undefined : await admin.offsetsAt(topic, timeMs);
  const since = await at(sinceMs);
  const until = await at(untilMs);
  return [...ends].sort(([a], [b]) => a - b).map(([partition, end]) => {
    const start = starts.get(partition) ?? 0;
    const from = Math.max(start, since?.get(partition) ?? start);
    const to = Math.max(from, Math.min(end, until?.get(partition) ?? end));
    return { partition, from, to, log: { start, end } };
  });
}
