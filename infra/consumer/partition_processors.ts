import { sleep } from "#runtime/backoff.ts";
import type { GroupListener, ReceivedRecords } from "#kafka/port.ts";
import type { PartitionLane } from "./partition_processor.ts";

/** The lanes of one member's partitions, through joins and losses. */
export class PartitionLanes
  implements Pick<GroupListener, "revoked" | "assigned" | "received"> {
  readonly #open: (partition: number, after: Promise<void>) => PartitionLane;
  #lanes = new Map<number, PartitionLane>();
  /** For each partition, when its lanes of earlier stays have let go. */
  readonly #ended = new Map<number, Promise<void>>();
  #closed = false;

  /** @param open makes a lane that begins once `after` is settled */
  constructor(
    open: (partition: number, after: Promise<void>) => PartitionLane,
  ) {
    this.#open = open;
  }

  /** Bytes fetched that no lane has taken up yet. */
  get waitingBytes(): number {
    let bytes = 0;
    for (const lane of this.#lanes.values()) bytes += lane.waitingBytes;
    return bytes;
  }

  assigned(partitions: readonly number[]): void {
    for (const partition of partitions) this.#laneOf(partition);
  }

  received(received: ReceivedRecords): void {
    this.#laneOf(received.partition)?.accept(received);
  }

  /** Looks whether positions of partitions where nothing happens are still ones of their logs. */
  verify(): void {
    for (const lane of this.#lanes.values()) lane.verify();
  }

  revoked(): void {
    void this.#endAll();
  }

  /** Resolves when every lane there ever was has let go. What arrives from now on is dropped. */
  close(): Promise<void> {
    this.#closed = true;
    return this.#endAll();
  }

  /** Resolves when every lane has let go, or after `ms` milliseconds. */
  async closeWithin(ms: number): Promise<void> {
    const closed = new AbortController();
    await Promise.race([this.close(), sleep(ms, closed.signal)]);
    closed.abort();
  }

  #laneOf(partition: number): PartitionLane | undefined {
    if (this.#closed) return undefined;
    let lane = this.#lanes.get(partition);
    if (lane === undefined) {
      // One after the other: two lanes of one partition would fence each other.
      lane = this.#open(
        partition,
        this.#ended.get(partition) ?? Promise.resolve(),
      );
      this.#lanes.set(partition, lane);
    }
    return lane;
  }

  async #endAll(): Promise<void> {
    for (const [partition, lane] of this.#lanes) {
      const earlier = this.#ended.get(partition);
      this.#ended.set(
        partition,
        Promise.all([earlier, lane.end()]).then(() => {}),
      );
    }
    this.#lanes = new Map();
    await Promise.all(this.#ended.values());
  }
}
