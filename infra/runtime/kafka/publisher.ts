/**
 * A micro-batching publisher: what arrives while one send is in flight goes out together in the next.
 * kafkajs has no linger of its own, and one send at a time is what keeps order and idempotence.
 *
 * @module
 */
import { type Deadline, Deadlines } from "../deadlines.ts";
import type { OutgoingRecord, RecordSender } from "./port.ts";

/** The queue is full: nothing was taken. */
export class QueueFullError extends Error {
  override readonly name = "QueueFullError";
}

/** The record was not acknowledged in time; it may still be written. */
export class PublishTimeoutError extends Error {
  override readonly name = "PublishTimeoutError";
}

export type PublisherLimits = {
  /** Bytes of keys, values and headers that may wait or be in flight. */
  readonly maxQueuedBytes: number;
  /** Bytes sent together; a single larger record goes alone. Kept below the topic's limit. */
  readonly maxBatchBytes: number;
  /** Milliseconds from `publish` to acknowledgement. */
  readonly timeoutMs: number;
};

type Waiting = {
  readonly record: OutgoingRecord;
  readonly bytes: number;
  readonly deadline: Deadline;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
};

export class Publisher {
  readonly #sender: RecordSender;
  readonly #limits: PublisherLimits;
  readonly #deadlines: Deadlines;
  readonly #onSent: (sent: {
    records: number;
    seconds: number;
    error?: unknown;
  }) => void;
  #queue: Waiting[] = [];
  #queuedBytes = 0;
  #sending: Promise<void> | undefined;

  constructor(
    { sender, limits, onSent = () => {} }: {
      sender: RecordSender;
      limits: PublisherLimits;
      /** Told of every send, for metrics and readiness. */
      onSent?: (
        sent: { records: number; seconds: number; error?: unknown },
      ) => void;
    },
  ) {
    this.#sender = sender;
    this.#limits = limits;
    this.#deadlines = new Deadlines(limits.timeoutMs);
    this.#onSent = onSent;
  }

  /** Bytes waiting or in flight. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /**
   * Resolves when every in-sync replica has the record.
   *
   * @throws {QueueFullError} at once where the record does not fit
   * @throws {PublishTimeoutError} where no acknowledgement came in time
   * @throws {TransientError} where Kafka refused the record or is away
   */
  publish(record: OutgoingRecord): Promise<void> {
    const bytes = sizeOf(record);
    if (this.#queuedBytes + bytes > this.#limits.maxQueuedBytes) {
      return Promise.reject(
        new QueueFullError(
          `${this.#queuedBytes} bytes are queued of ${this.#limits.maxQueuedBytes}`,
        ),
      );
    }
    this.#queuedBytes += bytes;
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        record,
        bytes,
        resolve,
        reject,
        deadline: this.#deadlines.start(() => this.#giveUp(waiting)),
      };
      this.#queue.push(waiting);
      this.#sending ??= this.#drainQueue();
    });
  }

  /** Resolves when nothing waits or is in flight, then closes the sender. */
  async close(): Promise<void> {
    await this.#sending;
    await this.#sender.close();
  }

  async #drainQueue(): Promise<void> {
    // One turn of the event loop lets requests that arrived together travel together.
    await Promise.resolve();
    while (this.#queue.length > 0) await this.#sendBatch(this.#takeBatch());
    this.#sending = undefined;
  }

  #takeBatch(): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const waiting of this.#queue) {
      if (count > 0 && bytes + waiting.bytes > this.#limits.maxBatchBytes) {
        break;
      }
      bytes += waiting.bytes;
      count++;
    }
    return this.#queue.splice(0, count);
  }

  async #sendBatch(batch: readonly Waiting[]): Promise<void> {
    const began = performance.now();
    let error: unknown;
    try {
      await this.#sender.send(batch.map((waiting) => waiting.record));
    } catch (thrown) {
      error = thrown;
    }
    this.#onSent({
      records: batch.length,
      seconds: (performance.now() - began) / 1000,
      ...(error === undefined ? {} : { error }),
    });
    for (const waiting of batch) {
      this.#deadlines.end(waiting.deadline);
      this.#queuedBytes -= waiting.bytes;
      if (error === undefined) waiting.resolve();
      else {
        waiting.reject(
          error instanceof Error ? error : new Error(String(error)),
        );
      }
    }
  }

  /** A record in flight is only let go by its caller: its bytes count until the send has ended. */
  #giveUp(waiting: Waiting): void {
    const index = this.#queue.indexOf(waiting);
    if (index >= 0) {
      this.#queue.splice(index, 1);
      this.#queuedBytes -= waiting.bytes;
    }
    waiting.reject(
      new PublishTimeoutError(
        `Kafka did not acknowledge within ${this.#limits.timeoutMs} ms`,
      ),
    );
  }
}

/** Bytes a record takes in a batch, without the few of its framing. */
export function sizeOf(record: OutgoingRecord): number {
  let bytes = (record.key?.length ?? 0) + (record.value?.length ?? 0);
  for (const { name, value } of record.headers) {
    bytes += name.length + value.length;
  }
  return bytes;
}
