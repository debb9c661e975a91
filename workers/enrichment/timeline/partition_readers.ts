import { sleep } from "#runtime/backoff.ts";
import { describeError } from "#runtime/errors.ts";
import type { KafkaClient, ReadBatch } from "#kafka/port.ts";
import { readToTheEnd } from "#kafka/read_to_the_end.ts";

type Deps = {
  readonly kafka: Pick<KafkaClient, "read">;
  readonly topic: string;
  /** Takes over what was read. */
  readonly take: (batch: ReadBatch) => void;
  /** Resolves when more of the partition is wanted, and with false if nothing of it is any more. */
  readonly wanted: (partition: number) => Promise<boolean>;
  readonly failed: (reason: string) => void;
};

/** Before what failed is tried again. */
const AGAIN_MS = 500;

/** Reads partitions beside the group, each only as far as it is wanted. */
export class PartitionReaders {
  readonly #deps: Deps;
  readonly #reading = new Map<number, AbortController>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  isReading(partition: number): boolean {
    return this.#reading.has(partition);
  }

  /** Reads on from an offset, unless it reads the partition already. */
  read(partition: number, from: number): void {
    if (this.#reading.has(partition)) return;
    const ending = new AbortController();
    this.#reading.set(partition, ending);
    void this.#read({ partition, from, signal: ending.signal }).finally(() => {
      if (this.#reading.get(partition) === ending) {
        this.#reading.delete(partition);
      }
    });
  }

  /** Lets go of a partition: what it has read meanwhile is still taken. */
  end(partition: number): void {
    this.#reading.get(partition)?.abort();
    this.#reading.delete(partition);
  }

  close(): void {
    for (const partition of [...this.#reading.keys()]) this.end(partition);
  }

  async #read(
    { partition, from, signal }: {
      partition: number;
      from: number;
      signal: AbortSignal;
    },
  ): Promise<void> {
    const { kafka, topic, take, wanted, failed } = this.#deps;
    const to = Number.MAX_SAFE_INTEGER;
    try {
      const ranges = [{ partition, from, to }];
      const batches = readToTheEnd(kafka, { topic, ranges, signal });
      for await (const batch of batches) {
        if (signal.aborted) return;
        take(batch);
        if (!await wanted(partition)) return;
      }
    } catch (error) {
      if (signal.aborted) return;
      failed(describeError(error));
      await sleep(AGAIN_MS, signal);
    }
  }
}
