import type { OffsetRange, ReadBatch } from "../../port.ts";
import { wholeRecord } from "../../whole_record.ts";
import type { FetchedRecords, Span } from "./fetched_records.ts";

/**
 * What a fetch brought of a range. A fetch answers with whole batches of a producer, which may begin
 * before what was asked for and end behind the range; and control records and aborted ones are nobody's
 * records, but fill their offsets.
 *
 * @param from the offset it was asked to begin at
 */
export function readBatch(
  { records, taken, nextOffset, unreadable }: Omit<FetchedRecords, "marks">,
  { partition, to }: OffsetRange,
  from: number,
): ReadBatch {
  const end = Math.max(from, Math.min(to, nextOffset ?? from));
  return {
    partition,
    records: records
      .filter(({ offset }) => offset >= from && offset < end)
      .map(wholeRecord),
    gaps: gapsIn(taken, { partition, from, to: end }),
    nextOffset: end,
    // What lies behind the range is nobody's concern.
    ...(end < to && unreadable && { unreadable }),
  };
}

/** Offsets of a range that nothing takes. */
export function gapsIn(
  taken: readonly Span[],
  { partition, from, to }: OffsetRange,
): OffsetRange[] {
  const gaps: OffsetRange[] = [];
  let next = from;
  for (const span of [...taken, { from: to, to }]) {
    const gapEnd = Math.min(span.from, to);
    if (gapEnd > next) gaps.push({ partition, from: next, to: gapEnd });
    next = Math.max(next, span.to);
  }
  return gaps;
}
