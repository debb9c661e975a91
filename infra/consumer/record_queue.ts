import type {
  BatchMark,
  ReceivedRecord,
  ReceivedRecords,
} from "#kafka/port.ts";
import { sizeOf } from "#kafka/publisher.ts";
import { TakenRecord } from "./taken_record.ts";

/** Records taken up together, and where reading goes on behind them. */
export type Batch = {
  readonly records: readonly ReceivedRecord[];
  /** Where reading came from: nothing between here and `nextOffset` is missing. */
  readonly startOffset: number;
  readonly nextOffset: number;
  /** The record batches in which its first and its last offset lie, if that is known. */
  readonly firstMark?: BatchMark | undefined;
  readonly lastMark?: BatchMark | undefined;
  readonly commitOffset: ReceivedRecords["commitOffset"];
};

export type BatchLimits = {
  readonly maxRecords: number;
  /** Bytes of keys, values and headers; a single larger record is a batch of its own. */
  readonly maxBytes: number;
};

/** A fetch that waits, and how many of its records are taken already. */
type Waiting = { readonly received: ReceivedRecords; taken: number };

/** Fetched records of one partition that wait for their turn, in order. */
export class RecordQueue {
  #waiting: Waiting[] = [];
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  add(received: ReceivedRecords): void {
    this.#waiting.push({ received, taken: 0 });
    for (const record of received.records) this.#bytes += bytesOf(record);
  }

  /**
   * Takes the next batch, of at least one record if one waits; undefined if nothing does. A batch never spans
   * two leaders: between them the committer checks that the logs agree.
   */
  take({ maxRecords, maxBytes }: BatchLimits): Batch | undefined {
    const [first] = this.#waiting;
    if (first === undefined) return undefined;
    const startOffset = readUpTo(first);
    const records: ReceivedRecord[] = [];
    let bytes = 0;
    let nextOffset = startOffset;
    let { received: last } = first;
    const marks: BatchMark[] = [];
    let passed = 0;
    for (const waiting of this.#waiting) {
      const { received } = waiting;
      if (isOfNewLeader(received, last)) break;
      marks.push(...received.marks ?? []);
      let record = received.records[waiting.taken];
      while (record !== undefined && records.length < maxRecords) {
        const size = bytesOf(record);
        if (records.length > 0 && bytes + size > maxBytes) break;
        records.push(new TakenRecord(record));
        bytes += size;
        nextOffset = record.offset + 1;
        last = received;
        record = received.records[++waiting.taken];
      }
      if (record !== undefined) break;
      // Control records behind the last record are passed with it.
      nextOffset = received.nextOffset;
      last = received;
      passed++;
    }
    this.#waiting.splice(0, passed);
    this.#bytes -= bytes;
    return {
      records,
      startOffset,
      nextOffset,
      firstMark: marks.find(({ lastOffset }) => lastOffset >= startOffset),
      lastMark: marks.findLast(({ baseOffset }) => baseOffset < nextOffset),
      commitOffset: last.commitOffset,
    };
  }

  clear(): void {
    this.#waiting = [];
    this.#bytes = 0;
  }
}

function readUpTo({ received, taken }: Waiting): number {
  const last = received.records[taken - 1];
  return last === undefined ? received.fetchedOffset : last.offset + 1;
}

function isOfNewLeader(
  received: ReceivedRecords,
  before: ReceivedRecords,
): boolean {
  if (received === before) return false;
  const [epoch, last] = [received.marks?.[0], before.marks?.at(-1)]
    .map((mark) => mark?.leaderEpoch);
  return epoch !== undefined && last !== undefined && epoch > last;
}

/** Bytes of a record's key, value and headers, and of their framing if that is known. */
export function bytesOf(record: ReceivedRecord): number {
  return record.bytes ?? sizeOf(record);
}
