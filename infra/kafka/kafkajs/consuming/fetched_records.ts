import type { Buffer } from "node:buffer";
import type { PartitionError } from "#runtime/errors.ts";
import type { BatchMark, ReceivedRecord } from "../../port.ts";
import {
  type AbortedTransaction,
  AbortedTransactions,
} from "../transactions/aborted_transactions.ts";
import { decompress } from "./compression/decompress.ts";
import { damaged, UnreadableError } from "./compression/unreadable.ts";
import { endOfBatch, FetchedBatch } from "./fetched_batch.ts";
import { FetchedRecord, RecordReader } from "./record_reader.ts";
import { unreadableFrom } from "./unreadable_from.ts";

/** Offsets from `from` up to, and without, `to`. */
export type Span = { readonly from: number; readonly to: number };

/** What a fetch brought of one partition. */
export type FetchedRecords = {
  /** Committed records, in order. The first may lie before the offset that was asked for. */
  readonly records: readonly ReceivedRecord[];
  /** Offsets that are taken, by those records or by control records and aborted ones. In order. */
  readonly taken: readonly Span[];
  /** The record batches that brought those. */
  readonly marks: readonly BatchMark[];
  /** Past everything that was fetched; undefined if that was nothing. */
  readonly nextOffset: number | undefined;
  /** Why what lies at `nextOffset` cannot be read, or that the log does not have it. */
  readonly unreadable?: PartitionError;
};

/** What a fetch brought that brought nothing. */
export const nothingFetched: FetchedRecords = {
  records: [],
  taken: [],
  marks: [],
  nextOffset: undefined,
};

const MiB = 1024 * 1024;

/**
 * A batch is not decompressed beyond this. Kafka's limits are of compressed bytes: this is eight times the 4 MiB
 * that a topic of payments takes, and twice the 16 MiB of dead letters. Producers gather 1 MiB before they compress,
 * unless they are told otherwise; and a worker of 384 MiB has room for one that is made while one waits.
 */
export const MOST_DECOMPRESSED_BYTES = 32 * MiB;

/** Of a batch. Each is an object of some 100 bytes here, and may be one of seven bytes there. */
export const MOST_RECORDS = 250_000;

/** Once an answer has come to this, what else of it is compressed is left for the next one. */
const ENOUGH_DECOMPRESSED_BYTES = 16 * MiB;

/** How much has been decompressed of one answer, over all of its partitions. */
export type Decompressed = { bytes: number };

type Fetch = {
  readonly topic: string;
  readonly partition: number;
  /** The offset that was asked for. */
  readonly from: number;
  readonly aborted: readonly AbortedTransaction[];
  readonly decompressed: Decompressed;
};

/**
 * Reads record batches, and leaves out control records and aborted ones. Never throws: what cannot be read is
 * where the answer ends, and says so.
 *
 * kafkajs makes a dozen objects of each record, of which its offset is one of 64 bits that is compared with
 * others as text, which took a fifth of a worker's time. It also copies all headers of a record for each
 * further one, so that a record with 10,000 of them kept a worker busy until its session was lost; takes a
 * header called like a property of every object for one that occurs twice; does not know aborted records if
 * transactions overlap; checks no checksum; and reads no codec but gzip, without a limit.
 */
export function readRecords(bytes: Buffer, fetch: Fetch): FetchedRecords {
  const reading = new Reading(fetch);
  try {
    reading.readAll(bytes);
  } catch (error) {
    return reading.endedBy(error);
  }
  return reading.result;
}

class Reading {
  readonly #fetch: Fetch;
  readonly #transactions: AbortedTransactions;
  readonly #records: ReceivedRecord[] = [];
  readonly #taken: Span[] = [];
  readonly #marks: BatchMark[] = [];
  #next: number | undefined;

  constructor(fetch: Fetch) {
    this.#fetch = fetch;
    this.#transactions = new AbortedTransactions(fetch.aborted);
  }

  get result(): FetchedRecords {
    return {
      records: this.#records,
      taken: this.#taken,
      marks: this.#marks,
      nextOffset: this.#next,
    };
  }

  endedBy(error: unknown): FetchedRecords {
    const nextOffset = this.#next ?? this.#fetch.from;
    const coordinates = { ...this.#fetch, offset: nextOffset };
    const unreadable = unreadableFrom(coordinates, error);
    return { ...this.result, nextOffset, unreadable };
  }

  /** @throws {UnreadableError} */
  readAll(bytes: Buffer): void {
    const { decompressed } = this.#fetch;
    for (let start = 0; start < bytes.length;) {
      const end = endOfBatch(bytes, start);
      if (end === undefined) {
        // A broker cuts off no first batch (KIP-74), so that there is always a way on.
        if (start === 0) throw damaged("is cut off");
        return;
      }
      const batch = new FetchedBatch(bytes.subarray(start, end));
      this.#checkOffsets(batch);
      const isEnough = decompressed.bytes >= ENOUGH_DECOMPRESSED_BYTES;
      if (batch.codec !== 0 && isEnough) return;
      this.#marks.push(batch.mark);
      this.#read(batch);
      this.#next = batch.lastOffset + 1;
      start = end;
    }
  }

  /** No checksum covers the base offset, and taken for another it would have records passed over. */
  #checkOffsets({ baseOffset, lastOffset }: FetchedBatch): void {
    const isWrong = this.#next === undefined
      ? lastOffset < this.#fetch.from
      : baseOffset < this.#next;
    if (!isWrong) return;
    throw damaged(
      `says that its offsets are ${baseOffset} to ${lastOffset}, which lie before it`,
    );
  }

  #read(batch: FetchedBatch): void {
    const { topic, partition } = this.#fetch;
    const { baseOffset, lastOffset, count } = batch;
    const body = this.#bodyOf(batch);
    const context = {
      topic,
      partition,
      baseOffset,
      timestampMs: batch.timestampMs,
      logAppendMs: batch.logAppendMs,
    };
    const reader = new RecordReader(body, 0);
    const records: FetchedRecord[] = [];
    let next = baseOffset;
    for (let left = count; left > 0; left--) {
      const record = new FetchedRecord(context, reader);
      if (record.offset < next || record.offset > lastOffset) {
        throw damaged(
          `has a record of offset ${record.offset}, where one of ${next} to ${lastOffset} must be`,
        );
      }
      next = record.offset + 1;
      records.push(record);
    }
    if (reader.offset !== body.length) {
      throw damaged(`has more in it than its ${count} records`);
    }
    // Nothing of a batch is handed on before all of it is known to be whole.
    const isVisible = this.#transactions.isVisible({
      producerId: batch.producerId,
      lastOffset,
      isTransactional: batch.isTransactional,
      isControl: batch.isControl,
      endsIn: () => endOf(records),
    });
    for (const record of records) {
      take(this.#taken, record.offset);
      if (isVisible) this.#records.push(record);
    }
  }

  #bodyOf({ codec, body, count }: FetchedBatch): Buffer {
    if (count > MOST_RECORDS) {
      throw new UnreadableError(
        "too-large",
        `has ${count} records, where ${MOST_RECORDS} are the most that are read`,
      );
    }
    if (codec === 0) return body;
    const made = decompress(codec, body, MOST_DECOMPRESSED_BYTES);
    this.#fetch.decompressed.bytes += made.length;
    return made;
  }
}

function take(taken: Span[], offset: number): void {
  const last = taken.at(-1);
  if (last?.to === offset) {
    taken[taken.length - 1] = { from: last.from, to: offset + 1 };
  } else taken.push({ from: offset, to: offset + 1 });
}

/**
 * A control record's key is its version and its type, 16 bits each; 0 is ABORT. There is none left if
 * compaction has removed it.
 */
function endOf([record]: readonly FetchedRecord[]): "abort" | "commit" {
  const key = record?.key ?? null;
  return key !== null && key.length >= 4 && key.readInt16BE(2) === 0
    ? "abort"
    : "commit";
}
