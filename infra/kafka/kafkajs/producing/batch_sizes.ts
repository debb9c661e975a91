/** A limit that was raised is found out after this long. */
const BELIEVED_MS = 60_000;

/**
 * What a broker takes in one request (`socket.request.max.bytes`), less what frames a batch. A larger one
 * is not answered: the connection breaks.
 */
const MAX_REQUEST_BYTES = 100 * 1024 * 1024 - 64 * 1024;

/**
 * How large a batch of each topic may be, as far as brokers have shown: they refuse one that is larger than
 * their limit (`max.message.bytes`, `segment.bytes`), but do not say what the limit is. Half of what was
 * refused is tried next. So batches are never smaller than half of what they might be; and what is refused
 * alone was refused by a broker, not by what is believed here.
 */
export class BatchSizes {
  /** Bytes of all batches of a request, and so of the largest. */
  readonly maxRequestBytes: number;
  readonly #clock: () => number;
  readonly #learned = new Map<string, { bytes: number; atMs: number }>();

  /** @param options whose `clock` gives milliseconds that never go back */
  constructor(
    { maxRequestBytes = MAX_REQUEST_BYTES, clock = () => performance.now() }: {
      maxRequestBytes?: number;
      clock?: () => number;
    } = {},
  ) {
    this.maxRequestBytes = maxRequestBytes;
    this.#clock = clock;
  }

  /** Bytes that a batch of more than one record may have. */
  mostBytes(topic: string): number {
    const learned = this.#learned.get(topic);
    const isBelieved = learned !== undefined &&
      this.#clock() - learned.atMs <= BELIEVED_MS;
    return isBelieved ? learned.bytes : this.maxRequestBytes;
  }

  /** A batch of so many bytes was refused. */
  refused(topic: string, bytes: number): void {
    this.#learned.set(topic, {
      bytes: Math.min(Math.floor(bytes / 2), this.mostBytes(topic)),
      atMs: this.#clock(),
    });
  }
}
