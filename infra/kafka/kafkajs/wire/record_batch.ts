import { Buffer } from "node:buffer";
import { PassedOnRecord } from "../../passed_on_record.ts";
import type { OutgoingRecord, RecordHeader, RecordSlice } from "../../port.ts";
import { at, attributes, LENGTH_FROM, MAGIC } from "./batch_layout.ts";
import { crc32c } from "./crc32c.ts";

/** Who writes a batch, and what of its own has gone before it. */
export type BatchAuthor = {
  readonly producerId: bigint;
  readonly producerEpoch: number;
  /** Records this producer has written to the partition before. */
  readonly firstSequence: number;
  readonly isTransactional: boolean;
};

/** What a batch takes beside its records. */
export const EMPTY_BATCH_BYTES = at.records;

/**
 * What a record takes beside key, value and headers, at most: attributes and a timestamp delta of 0, a byte each, and three varints of 32
 * bits, which take no more than five.
 */
const MOST_FRAME = 2 + 3 * 5;

/**
 * Records as Kafka keeps them: a record batch of version 2 (KIP-98), without compression.
 *
 * kafkajs makes a buffer for each record, each header and each length, which took a third of the intake's
 * time. Here all of a batch is written into one.
 *
 * @param timestampMs milliseconds since the epoch, of every record
 */
export function encodeRecordBatch(
  records: readonly OutgoingRecord[],
  author: BatchAuthor,
  timestampMs: number,
): Buffer {
  const bytes = Buffer.allocUnsafe(
    records.reduce<number>(
      (sum, record) => sum + mostBytesOf(record),
      EMPTY_BATCH_BYTES,
    ),
  );
  const writer = new Writer(bytes, at.records);
  for (let index = 0; index < records.length; index++) {
    const record = records[index];
    if (record !== undefined) writer.record(record, index);
  }
  const end = writer.offset;
  bytes.writeBigInt64BE(0n, at.baseOffset); // base offset: the broker's to say
  bytes.writeInt32BE(end - LENGTH_FROM, at.length);
  bytes.writeInt32BE(-1, at.leaderEpoch); // partition leader epoch: the broker's to say
  bytes[at.magic] = MAGIC;
  bytes.writeInt16BE(
    author.isTransactional ? attributes.transactional : 0,
    at.attributes,
  );
  bytes.writeInt32BE(records.length - 1, at.lastOffsetDelta);
  bytes.writeBigInt64BE(BigInt(timestampMs), at.baseTimestamp);
  bytes.writeBigInt64BE(BigInt(timestampMs), at.maxTimestamp);
  bytes.writeBigInt64BE(author.producerId, at.producerId);
  bytes.writeInt16BE(author.producerEpoch, at.producerEpoch);
  bytes.writeInt32BE(author.firstSequence, at.baseSequence);
  bytes.writeInt32BE(records.length, at.count);
  bytes.writeUInt32BE(crc32c(bytes, at.attributes, end), at.crc);
  return bytes.subarray(0, end);
}

/** Bytes that a record takes in a batch, or a few more. */
export function mostBytesOf(record: OutgoingRecord): number {
  if (record instanceof PassedOnRecord) {
    const { slice, added } = record;
    if (slice !== undefined) {
      return MOST_FRAME + slice.end - slice.start + sizeOfHeaders(added);
    }
  }
  const { key, value, headers } = record;
  return MOST_FRAME + sizeOfBytes(key) + sizeOfBytes(value) +
    sizeOfHeaders(headers);
}

/** Header names in UTF-8: few, and the same for most records. Names from elsewhere are not kept. */
const names = new Map<string, Buffer>();
const MOST_NAMES = 64;

function nameBytes(name: string): Buffer {
  const known = names.get(name);
  if (known !== undefined) return known;
  const bytes = Buffer.from(name, "utf8");
  if (names.size < MOST_NAMES) names.set(name, bytes);
  return bytes;
}

class Writer {
  readonly #bytes: Buffer;
  offset: number;

  constructor(bytes: Buffer, offset: number) {
    this.#bytes = bytes;
    this.offset = offset;
  }

  record(record: OutgoingRecord, index: number): void {
    if (record instanceof PassedOnRecord) {
      const { slice, added } = record;
      if (slice !== undefined) return this.#slice(slice, added, index);
    }
    const { key, value, headers } = record;
    const bytes = sizeOfBytes(key) + sizeOfBytes(value) +
      sizeOfVarint(headers.length) + sizeOfHeaders(headers);
    this.#frame(bytes, index);
    this.#lengthAndBytes(key);
    this.#lengthAndBytes(value);
    this.#varint(headers.length);
    this.#headers(headers);
  }

  /** The bytes that it would be field by field: of those that came only the number of headers is another one. */
  #slice(
    { batch, start, headerCountAt, headerCount, firstHeaderAt, end }:
      RecordSlice,
    added: readonly RecordHeader[],
    index: number,
  ): void {
    const count = headerCount + added.length;
    const length = headerCountAt - start + sizeOfVarint(count) + end -
      firstHeaderAt + sizeOfHeaders(added);
    this.#frame(length, index);
    this.#copy(batch, start, headerCountAt);
    this.#varint(count);
    this.#copy(batch, firstHeaderAt, end);
    this.#headers(added);
  }

  /** @param bytes of key, value and headers, with all that says their lengths */
  #frame(bytes: number, index: number): void {
    this.#varint(2 + sizeOfVarint(index) + bytes);
    this.#bytes[this.offset++] = 0; // attributes: there are none
    this.#bytes[this.offset++] = 0; // timestamp, from the batch's
    this.#varint(index);
  }

  #headers(headers: readonly RecordHeader[]): void {
    for (const { name, value } of headers) {
      this.#lengthAndBytes(nameBytes(name));
      this.#lengthAndBytes(value);
    }
  }

  #copy(bytes: Buffer, start: number, end: number): void {
    this.offset += bytes.copy(this.#bytes, this.offset, start, end);
  }

  #lengthAndBytes(bytes: Uint8Array | null): void {
    if (bytes === null) return this.#varint(-1);
    this.#varint(bytes.length);
    this.#bytes.set(bytes, this.offset);
    this.offset += bytes.length;
  }

  /** Zigzag, then seven bits a byte, the lowest first. */
  #varint(value: number): void {
    let rest = (value << 1) ^ (value >> 31);
    while ((rest & ~0x7f) !== 0) {
      this.#bytes[this.offset++] = rest & 0x7f | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.offset++] = rest;
  }
}

function sizeOfHeaders(headers: readonly RecordHeader[]): number {
  let bytes = 0;
  for (const { name, value } of headers) {
    bytes += sizeOfBytes(nameBytes(name)) + sizeOfBytes(value);
  }
  return bytes;
}

function sizeOfBytes(bytes: Uint8Array | null): number {
  return bytes === null
    ? sizeOfVarint(-1)
    : sizeOfVarint(bytes.length) + bytes.length;
}

function sizeOfVarint(value: number): number {
  let rest = (value << 1) ^ (value >> 31);
  let bytes = 1;
  while ((rest & ~0x7f) !== 0) {
    rest >>>= 7;
    bytes++;
  }
  return bytes;
}
