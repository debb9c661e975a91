/**
 * Numbers and texts as bytes, as compact as they are small: whole numbers of any size by seven bits a byte (LEB128).
 *
 * @module
 */

const START_SIZE = 256;
const SEVEN_BITS = 128;

/** Writes into a buffer that grows. */
export class ByteWriter {
  #bytes = new Uint8Array(START_SIZE);
  #length = 0;

  /** @param value an integer from 0 to 2^53 - 1 */
  number(value: number): void {
    this.#room(8);
    let rest = value;
    while (rest >= SEVEN_BITS) {
      const high = Math.floor(rest / SEVEN_BITS);
      this.#bytes[this.#length++] = rest - high * SEVEN_BITS + SEVEN_BITS;
      rest = high;
    }
    this.#bytes[this.#length++] = rest;
  }

  text(value: string): void {
    const bytes = encoder.encode(value);
    this.number(bytes.length);
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** A copy of what was written. */
  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  get length(): number {
    return this.#length;
  }

  #room(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const grown = new Uint8Array(
      Math.max(2 * this.#bytes.length, this.#length + more),
    );
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}

/** Reads what a `ByteWriter` wrote, in the same order. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** @throws {RangeError} if the bytes end before */
  number(): number {
    const bytes = this.#bytes;
    let [value, factor] = [0, 1];
    while (true) {
      const byte = bytes[this.#at++];
      if (byte === undefined) throw new RangeError("The bytes end too early.");
      if (byte < SEVEN_BITS) return value + byte * factor;
      value += (byte - SEVEN_BITS) * factor;
      factor *= SEVEN_BITS;
    }
  }

  /** @throws {RangeError} if the bytes end before */
  text(): string {
    const length = this.number();
    const end = this.#at + length;
    if (end > this.#bytes.length) {
      throw new RangeError("The bytes end too early.");
    }
    const text = decoder.decode(this.#bytes.subarray(this.#at, end));
    this.#at = end;
    return text;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
