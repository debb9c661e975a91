import { sleep } from "#runtime/backoff.ts";

/** A session, and the time of the join that follows if there is one. */
const AFTER_MS = 10_000;

/**
 * Sees to it that a partition that was lost is let go of. Whom the coordinator tells in answer to a commit that it is no
 * member any more, or not in this generation, hears so from its next heartbeat too, and joins again. If that does not
 * follow, the group would go on giving the partition to a member that does nothing in it: the member then joins again by
 * itself.
 */
export class LostPartitions {
  readonly #rejoin: (reason: string) => void;
  readonly #wait: typeof sleep;
  readonly #waiting = new Map<number, AbortController>();

  /** @param options whose `wait` stands in for time in tests */
  constructor(
    { rejoin, wait = sleep }: {
      rejoin: (reason: string) => void;
      wait?: typeof sleep;
    },
  ) {
    this.#rejoin = rejoin;
    this.#wait = wait;
  }

  /** Nothing is done in a partition any more, as it was said to be another's. */
  await(partition: number): void {
    this.forget(partition);
    const waiting = new AbortController();
    this.#waiting.set(partition, waiting);
    void this.#joinAgain(partition, waiting.signal);
  }

  /** The stay in which it was lost is over. */
  forget(partition: number): void {
    this.#waiting.get(partition)?.abort();
    this.#waiting.delete(partition);
  }

  async #joinAgain(partition: number, forgotten: AbortSignal): Promise<void> {
    await this.#wait(AFTER_MS, forgotten);
    if (forgotten.aborted) return;
    this.#waiting.delete(partition);
    this.#rejoin(
      `Partition ${partition} was lost, and the group still says that it is ours`,
    );
  }
}
