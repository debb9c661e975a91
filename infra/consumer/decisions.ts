import type { Committed, KafkaAdmin } from "#kafka/port.ts";

/**
 * Notices that somebody has moved the group in a partition that has stopped: nobody who works there does. The
 * group is then joined anew, which tries every partition from where it is now.
 */
export class Decisions {
  readonly #position: (partition: number) => Promise<Committed | undefined>;
  readonly #rejoin: (reason: string) => void;
  /** For each partition that has stopped, where the group was in it. */
  readonly #stoppedAt = new Map<number, Promise<string | undefined>>();
  #looking = false;

  constructor(
    { admin, groupId, topic, rejoin }: {
      admin: Pick<KafkaAdmin, "position">;
      groupId: string;
      topic: string;
      rejoin: (reason: string) => void;
    },
  ) {
    this.#position = (partition) => admin.position(groupId, topic, partition);
    this.#rejoin = rejoin;
  }

  /** A partition has stopped. */
  await(partition: number): void {
    this.#stoppedAt.set(partition, this.#look(partition));
  }

  /** A partition is not this member's any more. */
  forget(partition: number): void {
    this.#stoppedAt.delete(partition);
  }

  /** To be called from time to time. Never throws. Does nothing while an earlier call is not through. */
  async look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      await this.#lookAtAll();
    } finally {
      this.#looking = false;
    }
  }

  async #lookAtAll(): Promise<void> {
    for (const [partition, seen] of [...this.#stoppedAt]) {
      const [before, now] = [await seen, await this.#look(partition)];
      const isKnown = before !== undefined && now !== undefined;
      if (!this.#stoppedAt.has(partition)) continue;
      if (!isKnown) {
        this.#stoppedAt.set(partition, Promise.resolve(before ?? now));
      } else if (now !== before) {
        this.#stoppedAt.clear();
        return this.#rejoin(
          `Somebody has moved the group in partition ${partition}`,
        );
      }
    }
  }

  /** The position and its note as one text; undefined if Kafka does not say. */
  async #look(partition: number): Promise<string | undefined> {
    try {
      return JSON.stringify(await this.#position(partition) ?? null);
    } catch {
      return undefined;
    }
  }
}
