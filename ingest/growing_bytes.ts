/** The least that is laid out at once. */
const FIRST_BYTES = 1024;

/**
 * Bytes that are collected piece by piece. Pieces are copied: a piece kept as it came would keep the whole
 * buffer alive that it was read into, a thousand times its size where it is small.
 */
export class GrowingBytes {
  readonly #maxBytes: number;
  #bytes = new Uint8Array(0);
  #length = 0;

  /** @param maxBytes how large it may become: no room is laid out beyond it */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get length(): number {
    return this.#length;
  }

  /** Bytes of memory that it takes. */
  get capacity(): number {
    return this.#bytes.length;
  }

  /** Bytes of memory that it would take with so many more. */
  capacityWith(count: number): number {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return this.#bytes.length;
    const doubled = Math.max(FIRST_BYTES, this.#bytes.length * 2, needed);
    return Math.max(needed, Math.min(doubled, this.#maxBytes));
  }

  append(piece: Uint8Array): void {
    const capacity = this.capacityWith(piece.length);
    if (capacity > this.#bytes.length) {
      const roomier = new Uint8Array(capacity);
      roomier.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = roomier;
    }
    this.#bytes.set(piece, this.#length);
    this.#length += piece.length;
  }

  /** What was collected, in memory of just its size. */
  take(): Uint8Array<ArrayBuffer> {
    return this.#length === this.#bytes.length
      ? this.#bytes
      : this.#bytes.slice(0, this.#length);
  }
}
