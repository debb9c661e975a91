/// <reference path="./protocol.d.ts" />
import type { Buffer } from "node:buffer";
import compression from "kafkajs/src/protocol/message/compression/index.js";
import type { ReceivedRecord } from "../port.ts";
import { FetchedRecord, Reader } from "./fetched_record.ts";

/** Offsets from `from` up to, and without, `to`. */
export type Span = { readonly from: number; readonly to: number };

/** What a fetch brought of one partition. */
export type FetchedRecords = {
  /** Committed records, in order. The first may lie before the offset that was asked for. */
  readonly records: ReceivedRecord[];
  /** Offsets that are taken, by those records or by control records and aborted ones. In order. */
  readonly taken: Span[];
  /** Past everything that was fetched; undefined where that was nothing. */
  readonly nextOffset: number | undefined;
};

/** What a fetch brought that brought nothing. */
export const nothingFetched: FetchedRecords = {
  records: [],
  taken: [],
  nextOffset: undefined,
};

export type AbortedTransaction = {
  readonly producerId: bigint;
  readonly firstOffset: number;
};

/** Where a record batch's fields are, as `DefaultRecordBatch` of Kafka lists them. */
const at = {
  length: 8,
  magic: 16,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  count: 57,
  records: 61,
} as const;

/** What `length` does not count: the base offset and itself. */
const LENGTH_FROM = 12;
const MAGIC = 2;
const [COMPRESSED, LOG_APPEND_TIME, TRANSACTIONAL, CONTROL] = [7, 8, 16, 32];

/**
 * Reads record batches of version 2 (KIP-98) and leaves out control records and aborted ones.
 *
 * kafkajs makes a dozen objects of each record, of which its offset is one of 64 bits that is compared with
 * others as text, which took a fifth of a worker's time. It also copies all headers of a record for each
 * further one, so that a record with 10,000 of them kept a worker busy until its session was lost; takes a
 * header called like a property of every object for one that occurs twice; and does not know aborted
 * records where transactions overlap.
 *
 * @throws where a batch is compressed by a codec that kafkajs does not have, or of an older version
 */
export async function readRecords(
  bytes: Buffer,
  { topic, partition, aborted }: {
    topic: string;
    partition: number;
    aborted: readonly AbortedTransaction[];
  },
): Promise<FetchedRecords> {
  const records: ReceivedRecord[] = [];
  const taken: Span[] = [];
  const transactions = new AbortedTransactions(aborted);
  let nextOffset: number | undefined;
  // The broker cuts the last batch off where the answer is full.
  for (let start = 0; start + at.records <= bytes.length;) {
    const end = start + LENGTH_FROM + bytes.readInt32BE(start + at.length);
    if (end > bytes.length) break;
    const batch = bytes.subarray(start, end);
    start = end;
    if (batch[at.magic] !== MAGIC) {
      throw new Error(
        `${topic}/${partition} has records in a format from before Kafka 0.11`,
      );
    }
    const baseOffset = int64(batch, 0);
    const lastOffset = baseOffset + batch.readInt32BE(at.lastOffsetDelta);
    const attributes = batch.readInt16BE(at.attributes);
    nextOffset = lastOffset + 1;
    const body = await bodyOf(batch, attributes);
    const reader = new Reader(body, 0);
    const context = {
      topic,
      partition,
      baseOffset,
      timestampMs: int64(batch, at.baseTimestamp),
      logAppendMs: (attributes & LOG_APPEND_TIME) === 0
        ? undefined
        : int64(batch, at.maxTimestamp),
    };
    const isVisible = transactions.isVisible({
      producerId: batch.readBigInt64BE(at.producerId),
      lastOffset,
      isTransactional: (attributes & TRANSACTIONAL) !== 0,
      isControl: (attributes & CONTROL) !== 0,
      endsIn: () => endOf(body),
    });
    for (let left = batch.readInt32BE(at.count); left > 0; left--) {
      const record = new FetchedRecord(context, reader);
      take(taken, record.offset);
      if (isVisible) records.push(record);
    }
  }
  return { records, taken, nextOffset };
}

function take(taken: Span[], offset: number): void {
  const last = taken.at(-1);
  if (last?.to === offset) {
    taken[taken.length - 1] = { from: last.from, to: offset + 1 };
  } else taken.push({ from: offset, to: offset + 1 });
}

async function bodyOf(batch: Buffer, attributes: number): Promise<Buffer> {
  const body = batch.subarray(at.records);
  if ((attributes & COMPRESSED) === 0) return body;
  const codec = compression.lookupCodecByAttributes(attributes);
  return codec === null ? body : await codec.decompress(body);
}

/**
 * Which batches belong to aborted transactions. A broker lists those in the order in which they ended; they
 * are met in that in which they began. As the Java client does it: `CompletedFetch.nextFetchedRecord`,
 * Kafka 4.
 */
class AbortedTransactions {
  readonly #toBegin: AbortedTransaction[];
  readonly #aborting = new Set<bigint>();

  constructor(aborted: readonly AbortedTransaction[]) {
    this.#toBegin = aborted.toSorted((a, b) => a.firstOffset - b.firstOffset);
  }

  /** Asked of each batch, in order. */
  isVisible(
    { producerId, lastOffset, isTransactional, isControl, endsIn }: {
      producerId: bigint;
      lastOffset: number;
      isTransactional: boolean;
      isControl: boolean;
      /** What a batch of control records says of its transaction's end. */
      endsIn: () => "abort" | "commit";
    },
  ): boolean {
    while (
      this.#toBegin[0] !== undefined &&
      this.#toBegin[0].firstOffset <= lastOffset
    ) {
      const begun = this.#toBegin.shift();
      if (begun !== undefined) this.#aborting.add(begun.producerId);
    }
    if (isControl) {
      if (endsIn() === "abort") this.#aborting.delete(producerId);
      return false;
    }
    return !isTransactional || !this.#aborting.has(producerId);
  }
}

/** A control record's key is its version and its type, 16 bits each; 0 is ABORT. */
function endOf(body: Buffer): "abort" | "commit" {
  const { key } = new FetchedRecord({
    topic: "",
    partition: 0,
    baseOffset: 0,
    timestampMs: 0,
    logAppendMs: undefined,
  }, new Reader(body, 0));
  return key !== null && key.length >= 4 && key.readInt16BE(2) === 0
    ? "abort"
    : "commit";
}

function int64(bytes: Buffer, offset: number): number {
  return bytes.readInt32BE(offset) * 2 ** 32 + bytes.readUInt32BE(offset + 4);
}
