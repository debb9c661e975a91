import type { KafkaClient, OffsetRange } from "#kafka/port.ts";
import type { GroupStanding } from "./survey.ts";

/** What comes of going on at another offset. Ranges are without their end, and absent if they are empty. */
export type Effect = {
  readonly from: number | undefined;
  readonly to: number;
  /** Removed from the log before the group read it, whatever is decided. */
  readonly removed?: OffsetRange | undefined;
  /** Never worked on by the group, unless it did before. */
  readonly passedOver?: OffsetRange | undefined;
  /** Worked on again, or, if it is not certain that they were, for the first time. */
  readonly repeated?: OffsetRange | undefined;
  /** Whether the group is known to have worked on what is in front of its position in this log. */
  readonly isCertain: boolean;
};

/**
 * Of a position that is none of this log, what the group has worked on in it is not known: everything in
 * front of the new place may be passed over, and everything behind may be worked on again.
 */
export function effectOf(
  { partition, committed, log, flaw }: GroupStanding,
  to: number,
): Effect {
  const { start, end } = log;
  const from = committed?.nextOffset;
  const at = from ?? start;
  const isBeforeStart = at < start;
  const isCertain = flaw === undefined || isBeforeStart;
  const range = (first: number, last: number): OffsetRange | undefined =>
    first < last ? { partition, from: first, to: last } : undefined;
  return {
    from,
    to,
    isCertain,
    removed: range(at, isBeforeStart ? start : at),
    passedOver: range(isCertain ? Math.max(at, start) : start, to),
    repeated: isCertain ? range(to, at) : range(to, Math.min(at, end)),
  };
}

/**
 * How many records lie in a range: control records and aborted ones are none.
 *
 * @returns undefined if they could not be read, or not in time
 */
export async function countRecords(
  kafka: Pick<KafkaClient, "read">,
  topic: string,
  range: OffsetRange,
  withinMs: number,
): Promise<number | undefined> {
  const signal = AbortSignal.timeout(withinMs);
  let count = 0;
  try {
    for await (
      const { records, unreadable } of kafka.read({
        topic,
        ranges: [range],
        signal,
      })
    ) {
      if (unreadable !== undefined) return undefined;
      count += records.length;
    }
    return count;
  } catch {
    return undefined;
  }
}
