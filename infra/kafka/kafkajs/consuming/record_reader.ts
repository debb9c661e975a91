import { Buffer } from "node:buffer";
import type { ReceivedRecord, RecordHeader, RecordSlice } from "../../port.ts";
import { damaged } from "./compression/unreadable.ts";

/** What the records of a batch have in common. */
export type BatchContext = {
  readonly topic: string;
  readonly partition: number;
  readonly baseOffset: number;
  /** To which each record adds its own. */
  readonly timestampMs: number;
  /** Of all records, if the broker's clock counts. */
  readonly logAppendMs: number | undefined;
};

/**
 * A record that is read when it is asked for. Thousands wait for their turn, and as the many small buffers
 * that keys, values and headers are they would take several times their bytes.
 */
export class FetchedRecord implements ReceivedRecord, RecordSlice {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestampMs: number;
  readonly batch: Buffer;
  readonly start: number;
  readonly headerCountAt: number;
  readonly headerCount: number;
  readonly firstHeaderAt: number;
  readonly end: number;
  readonly #hasHeaderWithoutValue: boolean;

  /**
   * Goes through all of the record, so that what is asked for later is there.
   *
   * @param reader where the record begins; afterwards where the next one does
   * @throws {UnreadableError} if it is not as long as it says, or what is in it is not
   */
  constructor(context: BatchContext, reader: RecordReader) {
    const length = reader.varint();
    const end = reader.endOf(length);
    reader.offset++; // attributes: there are none
    const timestampDelta = reader.varlong();
    this.topic = context.topic;
    this.partition = context.partition;
    this.timestampMs = context.logAppendMs ??
      context.timestampMs + timestampDelta;
    this.offset = context.baseOffset + reader.varint();
    this.batch = reader.bytes;
    this.start = reader.offset;
    reader.skipBytes();
    reader.skipBytes();
    this.headerCountAt = reader.offset;
    this.headerCount = reader.length();
    this.firstHeaderAt = reader.offset;
    let hasHeaderWithoutValue = false;
    for (let left = this.headerCount; left > 0; left--) {
      reader.offset = reader.endOf(reader.varint());
      if (!reader.skipBytes()) hasHeaderWithoutValue = true;
    }
    this.#hasHeaderWithoutValue = hasHeaderWithoutValue;
    this.end = end;
    if (reader.offset !== end) throw damaged(OTHER_LENGTH);
  }

  get bytes(): number {
    return this.end - this.start;
  }

  get key(): Buffer | null {
    return new RecordReader(this.batch, this.start).bytesOrNull();
  }

  get value(): Buffer | null {
    const reader = new RecordReader(this.batch, this.start);
    reader.skipBytes();
    return reader.bytesOrNull();
  }

  get headers(): readonly RecordHeader[] {
    const { batch } = this;
    const reader = new RecordReader(batch, this.firstHeaderAt);
    const headers: RecordHeader[] = [];
    for (let left = this.headerCount; left > 0; left--) {
      const length = reader.varint();
      const name = nameIn(batch, reader.offset, length);
      reader.offset += length;
      headers.push(new FetchedHeader(name, batch, reader.offset));
      reader.skipBytes();
    }
    return headers;
  }

  get slice(): RecordSlice | undefined {
    return this.#hasHeaderWithoutValue ? undefined : this;
  }
}

/** A header whose value is looked up when it is asked for: of most records in hand only names are. */
class FetchedHeader implements RecordHeader {
  readonly name: string;
  readonly #batch: Buffer;
  /** Where the value's length is. */
  readonly #start: number;

  constructor(name: string, batch: Buffer, start: number) {
    this.name = name;
    this.#batch = batch;
    this.#start = start;
  }

  get value(): Buffer {
    // A header without a value is legal on the wire.
    return new RecordReader(this.#batch, this.#start).bytesOrNull() ?? NOTHING;
  }
}

const OTHER_LENGTH = "has a record that is not as long as it says";

/**
 * Reads numbers and byte strings, one after the other. Those are views of the bytes. All methods throw
 * `UnreadableError` if the bytes end too early, or a number has more than it may.
 */
export class RecordReader {
  readonly bytes: Buffer;
  offset: number;

  constructor(bytes: Buffer, offset: number) {
    this.bytes = bytes;
    this.offset = offset;
  }

  bytesOrNull(): Buffer | null {
    const length = this.varint();
    if (length < 0) return null;
    const start = this.offset;
    this.offset = this.endOf(length);
    return this.bytes.subarray(start, this.offset);
  }

  /** @returns false if they are not there, of which the length is -1 */
  skipBytes(): boolean {
    const length = this.varint();
    if (length === -1) return false;
    this.offset = this.endOf(length);
    return true;
  }

  /** Where so many bytes end. */
  endOf(length: number): number {
    const end = this.offset + length;
    if (length < 0 || end > this.bytes.length) throw damaged(OTHER_LENGTH);
    return end;
  }

  /** How many of something follow. */
  length(): number {
    const length = this.varint();
    if (length < 0) throw damaged(OTHER_LENGTH);
    return length;
  }

  /** Of 32 bits: seven bits a byte, the lowest first, then zigzag. */
  varint(): number {
    const first = this.#byte();
    if (first < 0x80) return (first >>> 1) ^ -(first & 1);
    let raw = first & 0x7f;
    for (let shift = 7; shift < 35; shift += 7) {
      const byte = this.#byte();
      raw |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (raw >>> 1) ^ -(raw & 1);
    }
    throw damaged("has a number of more than 32 bits");
  }

  /** The same, of up to 64 bits; exact as far as a number is. */
  varlong(): number {
    let byte = this.#byte();
    if (byte < 0x80) return (byte >>> 1) ^ -(byte & 1);
    let raw = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      raw |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) {
        return Number(BigInt.asIntN(64, (raw >> 1n) ^ -(raw & 1n)));
      }
      byte = this.#byte();
    }
    throw damaged("has a number of more than 64 bits");
  }

  #byte(): number {
    const byte = this.bytes[this.offset++];
    if (byte === undefined) throw damaged(OTHER_LENGTH);
    return byte;
  }
}

const NOTHING = Buffer.alloc(0);

/** Names met before, with their bytes: nearly all records have the same few headers. */
const names: { readonly bytes: Buffer; readonly name: string }[] = [];
const MOST_NAMES = 16;
const LONGEST_NAME = 64;

function nameIn(bytes: Buffer, start: number, length: number): string {
  for (const known of names) {
    if (isAt(known.bytes, bytes, start, length)) return known.name;
  }
  const name = bytes.toString("utf8", start, start + length);
  if (names.length < MOST_NAMES && length <= LONGEST_NAME) {
    // A copy: a view would keep all of its answer in memory.
    names.push({
      bytes: Buffer.from(bytes.subarray(start, start + length)),
      name,
    });
  }
  return name;
}

function isAt(
  known: Buffer,
  bytes: Buffer,
  start: number,
  length: number,
): boolean {
  if (known.length !== length) return false;
  for (let i = 0; i < length; i++) {
    if (known[i] !== bytes[start + i]) return false;
  }
  return true;
}
