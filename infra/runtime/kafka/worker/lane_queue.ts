import type { ReceivedBatch, ReceivedRecord } from "../port.ts";
import { sizeOf } from "../publisher.ts";

/** Records taken up together, and where reading goes on behind them. */
export type Chunk = {
  readonly records: readonly ReceivedRecord[];
  /** Where reading came from: nothing between here and `nextOffset` is missing. */
  readonly startOffset: number;
  readonly nextOffset: number;
  readonly commit: ReceivedBatch["commit"];
};

export type ChunkLimits = {
  readonly maxRecords: number;
  /** Bytes of keys, values and headers; a single larger record is a chunk of its own. */
  readonly maxBytes: number;
};

type Entry = {
  /** Absent where a fetch brought nothing but control records or aborted ones. */
  readonly record?: ReceivedRecord;
  readonly bytes: number;
  /** Past what was read before it. */
  readonly startOffset: number;
  /** Past the record and any control records behind it. */
  readonly nextOffset: number;
  readonly commit: ReceivedBatch["commit"];
};

/** Fetched records of one partition that wait for their turn, in order. */
export class LaneQueue {
  #entries: Entry[] = [];
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  add({ records, fetchedOffset, nextOffset, commit }: ReceivedBatch): void {
    let startOffset = fetchedOffset;
    if (records.length === 0) {
      this.#entries.push({ bytes: 0, startOffset, nextOffset, commit });
    }
    for (const [index, record] of records.entries()) {
      const bytes = sizeOf(record);
      const last = index === records.length - 1;
      const next = last ? nextOffset : record.offset + 1;
      this.#bytes += bytes;
      this.#entries.push({
        record,
        bytes,
        startOffset,
        nextOffset: next,
        commit,
      });
      startOffset = next;
    }
  }

  /** Takes the next chunk, of at least one record if one waits; undefined where nothing does. */
  take({ maxRecords, maxBytes }: ChunkLimits): Chunk | undefined {
    let bytes = 0;
    let count = 0;
    for (const entry of this.#entries) {
      if (count === maxRecords) break;
      if (count > 0 && bytes + entry.bytes > maxBytes) break;
      bytes += entry.bytes;
      count++;
    }
    const taken = this.#entries.splice(0, count);
    this.#bytes -= bytes;
    const [first, last] = [taken[0], taken.at(-1)];
    return first && last && {
      records: taken.flatMap(({ record }) => record ?? []),
      startOffset: first.startOffset,
      nextOffset: last.nextOffset,
      commit: last.commit,
    };
  }

  clear(): void {
    this.#entries = [];
    this.#bytes = 0;
  }
}
