import { sleep } from "#runtime/backoff.ts";
import type { GroupListener, ReceivedRecords } from "#kafka/port.ts";
import type { PartitionProcessor } from "./partition_processor.ts";

/** The processors of one member's partitions, through joins and losses. */
export class PartitionProcessors
  implements Pick<GroupListener, "revoked" | "assigned" | "received"> {
  readonly #open: (
    partition: number,
    after: Promise<void>,
  ) => PartitionProcessor;
  #processors = new Map<number, PartitionProcessor>();
  /** For each partition, when its processors of earlier stays have let go. */
  readonly #ended = new Map<number, Promise<void>>();
  #closed = false;

  /** @param open makes a processor that begins once `after` has resolved */
  constructor(
    open: (partition: number, after: Promise<void>) => PartitionProcessor,
  ) {
    this.#open = open;
  }

  /** Bytes fetched that no processor has taken up yet. */
  get waitingBytes(): number {
    let bytes = 0;
    for (const processor of this.#processors.values()) {
      bytes += processor.waitingBytes;
    }
    return bytes;
  }

  assigned(partitions: readonly number[]): void {
    for (const partition of partitions) this.#processorOf(partition);
  }

  received(received: ReceivedRecords): void {
    this.#processorOf(received.partition)?.accept(received);
  }

  /** Looks whether the positions of partitions in which nothing happens are still ones of their logs. */
  verify(): void {
    for (const processor of this.#processors.values()) processor.verify();
  }

  revoked(): void {
    void this.#endAll();
  }

  /** Resolves when every processor there ever was has let go. What arrives from now on is dropped. */
  close(): Promise<void> {
    this.#closed = true;
    return this.#endAll();
  }

  /** Resolves when every processor has let go, or after `ms` milliseconds. */
  async closeWithin(ms: number): Promise<void> {
    const closed = new AbortController();
    await Promise.race([this.close(), sleep(ms, closed.signal)]);
    closed.abort();
  }

  #processorOf(partition: number): PartitionProcessor | undefined {
    if (this.#closed) return undefined;
    let processor = this.#processors.get(partition);
    if (processor === undefined) {
      // One after the other: two processors of one partition would fence each other.
      processor = this.#open(
        partition,
        this.#ended.get(partition) ?? Promise.resolve(),
      );
      this.#processors.set(partition, processor);
    }
    return processor;
  }

  async #endAll(): Promise<void> {
    for (const [partition, processor] of this.#processors) {
      const earlier = this.#ended.get(partition);
      this.#ended.set(
        partition,
        Promise.all([earlier, processor.end()]).then(() => {}),
      );
    }
    this.#processors = new Map();
    await Promise.all(this.#ended.values());
  }
}
