/** The least that is laid out at once. */
const FIRST_BYTES = 1024;

/** The most, and the size of what is used again. */
const SEGMENT_BYTES = 64 * 1024;

/** Kept to be used again, at most; what is more is left to the garbage collector. */
const MAX_KEPT = 128;

/**
 * Segments nobody uses. Bodies that are given up come in floods, and memory that waits for the garbage
 * collector is memory all the same.
 */
const kept: Uint8Array<ArrayBuffer>[] = [];

/**
 * Bytes that are collected piece by piece. Pieces are copied: a piece kept as it came would keep the whole
 * buffer alive that it was read into, a thousand times its size if it is small. They are laid out in
 * segments, each as large as all before it together, up to 64 KiB.
 */
export class GrowingBytes {
  readonly #maxBytes: number;
  readonly #segments: Uint8Array<ArrayBuffer>[] = [];
  #capacity = 0;
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
    return this.#capacity;
  }

  /** Bytes of memory that it would take with so many more. */
  capacityWith(count: number): number {
    let capacity = this.#capacity;
    while (capacity < this.#length + count) {
      capacity += this.#nextSegment(capacity, count);
    }
    return capacity;
  }

  append(piece: Uint8Array): void {
    let from = 0;
    while (from < piece.length) {
      if (this.#length === this.#capacity) {
        this.#lengthen(piece.length - from);
      }
      const last = this.#segments.at(-1) ?? NOTHING;
      const free = this.#capacity - this.#length;
      const part = piece.subarray(from, from + free);
      last.set(part, last.length - free);
      this.#length += part.length;
      from += part.length;
    }
  }

  /** What was collected, in memory of just its size; nothing is left. */
  take(): Uint8Array<ArrayBuffer> {
    const whole = new Uint8Array(this.#length);
    let at = 0;
    for (const segment of this.#segments) {
      whole.set(segment.subarray(0, this.#length - at), at);
      at += segment.length;
    }
    this.release();
    return whole;
  }

  /** Gives back what it takes. Safe to call more than once. */
  release(): void {
    for (const segment of this.#segments.splice(0)) {
      const isKept = segment.length === SEGMENT_BYTES && kept.length < MAX_KEPT;
      if (isKept) kept.push(segment);
    }
    this.#capacity = this.#length = 0;
  }

  #lengthen(count: number): void {
    const bytes = this.#nextSegment(this.#capacity, count);
    const used = bytes === SEGMENT_BYTES ? kept.pop() : undefined;
    this.#segments.push(used ?? new Uint8Array(bytes));
    this.#capacity += bytes;
  }

  #nextSegment(capacity: number, count: number): number {
    const doubled = Math.min(Math.max(FIRST_BYTES, capacity), SEGMENT_BYTES);
    const left = this.#maxBytes - capacity;
    // Who takes more than was said has as much as it needs.
    return left > 0 ? Math.min(doubled, left) : Math.max(1, count);
  }
}

const NOTHING = new Uint8Array();
