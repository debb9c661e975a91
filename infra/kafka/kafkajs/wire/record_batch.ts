import { Buffer } from "node:buffer";
import type { OutgoingRecord } from "../../port.ts";
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

/** A varint of 32 bits takes no more. */
const MAX_VARINT = 5;

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
export function mostBytesOf({ key, value, headers }: OutgoingRecord): number {
  // Attributes and a timestamp delta of 0 are a byte each.
  let bytes = 2 + 5 * MAX_VARINT + (key?.length ?? 0) + (value?.length ?? 0);
  for (const header of headers) {
    bytes += 2 * MAX_VARINT + nameBytes(header.name).length +
      header.value.length;
  }
  return bytes;
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

  record({ key, value, headers }: OutgoingRecord, index: number): void {
    let length = 2 + sizeOfVarint(index) + sizeOfBytes(key) +
      sizeOfBytes(value) + sizeOfVarint(headers.length);
    for (const header of headers) {
      length += sizeOfBytes(nameBytes(header.name)) + sizeOfBytes(header.value);
    }
    this.#varint(length);
    this.#bytes[this.offset++] = 0; // attributes: there are none
    this.#bytes[this.offset++] = 0; // timestamp, from the batch's
    this.#varint(index);
    this.#lengthAndBytes(key);
    this.#lengthAndBytes(value);
    this.#varint(headers.length);
    for (const header of headers) {
      this.#lengthAndBytes(nameBytes(header.name));
      this.#lengthAndBytes(header.value);
    }
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
