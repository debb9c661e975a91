import { PartitionError } from "#runtime/errors.ts";
import type { ReceivedRecord, ReceivedRecords } from "#kafka/port.ts";

/**
 * How far the reading of one partition has got, during one stay in the group. What comes next must begin
 * there. Two fetches of a partition can be under way at once, as after a change of its leader, and each is
 * answered with what lies at the place where both began:
 *
 *     at 5, read from 5 to 8     goes on
 *     at 5, read from 0 to 5     was brought by another fetch; nothing is left of it
 *     at 5, read from 0 to 8     5 to 8 is left
 *     at 5, read from 7 to 9     5 and 6 are missing: the partition stops at 5
 *     at 5, read 5, 7, 6         stops at 8: what lies there is out of order
 *
 * Offsets of control records and of aborted ones are not missing, though nobody gets to see those; nor are
 * any in a compacted topic, which may remove what it likes.
 */
export class Contiguity {
  readonly #where: string;
  readonly #isCompacted: boolean;
  #next: number | undefined;

  constructor(
    { topic, partition, isCompacted }: {
      topic: string;
      partition: number;
      isCompacted: boolean;
    },
  ) {
    this.#where = `partition ${partition} of ${topic}`;
    this.#isCompacted = isCompacted;
  }

  /** What of a batch goes on where reading has got to; undefined if nothing does. */
  follow(received: ReceivedRecords): ReceivedRecords | undefined {
    const expected = this.#next ?? received.fetchedOffset;
    const { fetchedOffset, nextOffset } = received;
    if (fetchedOffset > expected) {
      return this.#stopping(received, expected, expected, missing);
    }
    const isRead = received.unreadable === undefined
      ? nextOffset <= expected && this.#next !== undefined
      : nextOffset < expected;
    if (isRead) return undefined;
    const flaw = this.#flawIn(received, expected);
    if (flaw !== undefined) {
      return this.#stopping(received, expected, flaw.at, flaw.why);
    }
    this.#next = nextOffset;
    return fetchedOffset === expected ? received : {
      ...received,
      fetchedOffset: expected,
      records: received.records.filter(({ offset }) => offset >= expected),
    };
  }

  #flawIn(
    { records, fetchedOffset, nextOffset, gaps = [] }: ReceivedRecords,
    expected: number,
  ): Flaw | undefined {
    const disorder = disorderIn(records, fetchedOffset, nextOffset);
    const gap = this.#isCompacted
      ? undefined
      : gaps.find(({ to }) => to > expected);
    if (gap === undefined) return disorder;
    const at = Math.max(gap.from, expected);
    return disorder !== undefined && disorder.at < at
      ? disorder
      : { at, why: lost(gap.to) };
  }

  /** The batch up to where it stops the partition. */
  #stopping(
    received: ReceivedRecords,
    from: number,
    to: number,
    why: Why,
  ): ReceivedRecords {
    this.#next = to;
    return {
      ...received,
      records: received.records.filter(({ offset }) =>
        offset >= from && offset < to
      ),
      fetchedOffset: from,
      nextOffset: to,
      unreadable: new PartitionError(why(this.#where, to, received), {
        reason: "records_missing",
      }),
    };
  }
}

type Why = (where: string, at: number, received: ReceivedRecords) => string;

type Flaw = { readonly at: number; readonly why: Why };

const missing: Why = (where, at, { fetchedOffset }) =>
  `Offsets ${at} to ${
    fetchedOffset - 1
  } of ${where} were passed over in reading: restart the worker`;

const lost = (to: number): Why => (where, at) =>
  `Offsets ${at} to ${
    to - 1
  } of ${where} are missing in the log, though retention has not come so far and the topic is not compacted: find a replica that has them, or pass them over with "deno task positions"`;

const outOfOrder: Why = (where, at) =>
  `The records from offset ${at} of ${where} on are out of order: restart the worker, and if that does not help look for another replica`;

function disorderIn(
  records: readonly ReceivedRecord[],
  fetchedOffset: number,
  nextOffset: number,
): Flaw | undefined {
  let next = fetchedOffset;
  for (const { offset } of records) {
    if (offset < next || offset >= nextOffset) {
      return { at: next, why: outOfOrder };
    }
    next = offset + 1;
  }
  return undefined;
}
