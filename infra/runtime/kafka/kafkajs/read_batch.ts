import type { OffsetRange, ReadBatch } from "../port.ts";
import { wholeRecord } from "../whole_record.ts";
import type { FetchedRecords } from "./fetched_records.ts";

/**
 * What a fetch brought of a range. A fetch answers with whole batches of a producer, which may begin
 * before what was asked for and end behind the range; and control records and aborted ones are nobody's
 * records, but fill their offsets.
 *
 * @param from the offset it was asked to begin at
 */
export function readBatch(
  { records, taken, nextOffset, unreadable }: FetchedRecords,
  { partition, to }: OffsetRange,
  from: number,
): ReadBatch {
  const gaps: OffsetRange[] = [];
  const end = Math.max(from, Math.min(to, nextOffset ?? from));
  let next = from;
  for (const span of [...taken, { from: end, to: end }]) {
    const gapEnd = Math.min(span.from, end);
    if (gapEnd > next) gaps.push({ partition, from: next, to: gapEnd });
    next = Math.max(next, span.to);
  }
  return {
    partition,
    records: records
      .filter(({ offset }) => offset >= from && offset < end)
      .map(wholeRecord),
    gaps,
    nextOffset: end,
    // What lies behind the range is nobody's concern.
    ...(end < to && unreadable && { unreadable }),
  };
}
