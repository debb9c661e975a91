import type { Buffer } from "node:buffer";
import type { BatchMark } from "../../port.ts";
import { at, attributes, LENGTH_FROM, MAGIC } from "../wire/batch_layout.ts";
import { damaged, UnreadableError } from "./compression/unreadable.ts";
import { crc32c } from "../wire/crc32c.ts";

/**
 * Where the batch ends that begins at `start`; undefined if it is cut off, as the broker does if its
 * answer is full.
 *
 * @throws {UnreadableError}
 */
export function endOfBatch(bytes: Buffer, start: number): number | undefined {
  if (bytes.length - start < LENGTH_FROM) return undefined;
  const length = bytes.readInt32BE(start + at.length);
  // A message of the first format is 14 bytes long at least, and has the byte that says so at the same place.
  if (length <= at.magic - LENGTH_FROM) {
    throw damaged(`says that it is ${length} bytes long`);
  }
  const end = start + LENGTH_FROM + length;
  return end > bytes.length ? undefined : end;
}

/**
 * A record batch of version 2 (KIP-98) whose header makes sense, and whose bytes are those that were written:
 * the checksum covers all behind it, that is all but the base offset, the length, the version and an epoch.
 */
export class FetchedBatch {
  readonly baseOffset: number;
  readonly lastOffset: number;
  readonly count: number;
  readonly #bytes: Buffer;
  readonly #attributes: number;

  /**
   * @param bytes all of it, and nothing else
   * @throws {UnreadableError}
   */
  constructor(bytes: Buffer) {
    const magic = bytes[at.magic];
    if (magic !== MAGIC) {
      throw new UnreadableError(
        "unknown",
        `is of format ${magic}, where Kafka has written format ${MAGIC} alone since 4.0, and by default since 0.11`,
      );
    }
    if (bytes.length < at.records) throw damaged("is shorter than its header");
    const stated = bytes.readUInt32BE(at.crc);
    const found = crc32c(bytes, at.attributes, bytes.length);
    if (stated !== found) {
      throw damaged(
        `has other bytes than were written (their CRC-32C is ${
          hex(found)
        }, and ${hex(stated)} was written)`,
      );
    }
    this.#bytes = bytes;
    this.#attributes = bytes.readInt16BE(at.attributes);
    this.baseOffset = int64(bytes, at.baseOffset);
    this.lastOffset = this.baseOffset + bytes.readInt32BE(at.lastOffsetDelta);
    this.count = bytes.readInt32BE(at.count);
    if (
      this.baseOffset < 0 || this.lastOffset < this.baseOffset ||
      !Number.isSafeInteger(this.lastOffset)
    ) {
      throw damaged(
        `says that its offsets are ${this.baseOffset} to ${this.lastOffset}`,
      );
    }
    if (this.count < 0) throw damaged(`says that it has ${this.count} records`);
  }

  get mark(): BatchMark {
    const { baseOffset, lastOffset } = this;
    return {
      baseOffset,
      lastOffset,
      crc: this.#bytes.readUInt32BE(at.crc),
      leaderEpoch: this.#bytes.readInt32BE(at.leaderEpoch),
    };
  }

  /** Of its compression, 0 is none. */
  get codec(): number {
    return this.#attributes & attributes.codec;
  }

  get isTransactional(): boolean {
    return (this.#attributes & attributes.transactional) !== 0;
  }

  get isControl(): boolean {
    return (this.#attributes & attributes.control) !== 0;
  }

  get producerId(): bigint {
    return this.#bytes.readBigInt64BE(at.producerId);
  }

  /** To which each record adds its own. */
  get timestampMs(): number {
    return int64(this.#bytes, at.baseTimestamp);
  }

  /** Of all records, if the broker's clock counts. */
  get logAppendMs(): number | undefined {
    return (this.#attributes & attributes.logAppendTime) === 0
      ? undefined
      : int64(this.#bytes, at.maxTimestamp);
  }

  /** The records, as they were compressed. */
  get body(): Buffer {
    return this.#bytes.subarray(at.records);
  }
}

function int64(bytes: Buffer, offset: number): number {
  return bytes.readInt32BE(offset) * 2 ** 32 + bytes.readUInt32BE(offset + 4);
}

function hex(crc: number): string {
  return crc.toString(16).padStart(8, "0");
}
