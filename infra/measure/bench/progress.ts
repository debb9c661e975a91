import { sleep } from "#runtime/backoff.ts";
import { TransientError } from "#runtime/errors.ts";
import type { KafkaAdmin } from "#kafka/port.ts";

/** How far a group was at a moment. */
export type Look = {
  readonly ms: number;
  readonly done: number;
};

export type ProgressOptions = {
  /** How many records are finished; undefined if nobody can tell at the moment. */
  readonly finished: () => Promise<number | undefined>;
  readonly everyMs: number;
  readonly giveUpAfterMs: number;
  /** What a person should know if nothing moves. */
  readonly explain: () => Promise<string>;
  readonly stopping: AbortSignal;
};

/** Looks at a group again and again. */
export class Progress {
  readonly #options: ProgressOptions;
  #latest: Look;
  #movedMs: number;

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#latest = { ms: performance.now(), done: 0 };
    this.#movedMs = this.#latest.ms;
  }

  /**
   * Waits until so many records are finished, and a condition holds.
   *
   * @returns the look that saw it
   * @throws {Error} if nothing has moved for a while
   * @throws the reason of `stopping` when that is aborted
   */
  async until(
    done: number,
    condition: () => Promise<boolean> = () => Promise.resolve(true),
  ): Promise<Look> {
    const { everyMs, giveUpAfterMs, explain, stopping } = this.#options;
    for (;;) {
      await this.#look();
      stopping.throwIfAborted();
      const latest = this.#latest;
      if (latest.done >= done && await condition()) return latest;
      if (latest.ms - this.#movedMs > giveUpAfterMs) {
        throw new Error(
          `Waited ${
            giveUpAfterMs / 1_000
          } s in vain until more than ${latest.done} records were finished, of ${done}: ${await explain()}`,
        );
      }
      await sleep(everyMs, stopping);
    }
  }

  async #look(): Promise<void> {
    const before = this.#latest.done;
    const done = await this.#options.finished() ?? before;
    this.#latest = { ms: performance.now(), done };
    if (done !== before) this.#movedMs = this.#latest.ms;
  }
}

/** @throws {Error} if no time has passed */
export function recordsPerSecond(first: Look, last: Look): number {
  if (last.ms === first.ms) {
    throw new Error(
      `Cannot say how fast it was as all ${last.done} records were finished at the first look: there must be more of them`,
    );
  }
  return (last.done - first.done) / ((last.ms - first.ms) / 1_000);
}

/**
 * How many offsets a group has finished, as `doneOf` counts them.
 *
 * @returns undefined if nobody can tell: the first group of a broker has it make its topic of positions
 */
export async function finishedBy(
  admin: Pick<KafkaAdmin, "positions">,
  { group, topic, ends }: {
    readonly group: string;
    readonly topic: string;
    readonly ends: ReadonlyMap<number, number>;
  },
): Promise<number | undefined> {
  try {
    return doneOf(await admin.positions(group, topic), ends);
  } catch (error) {
    if (error instanceof TransientError) return undefined;
    throw error;
  }
}

/**
 * How many offsets a group has finished, those of control records among them.
 *
 * @param positions without the partitions of which it has finished nothing
 * @param ends what counts as the end, whatever was written since
 */
export function doneOf(
  positions: ReadonlyMap<number, number>,
  ends: ReadonlyMap<number, number>,
): number {
  return [...ends].reduce(
    (sum, [partition, end]) =>
      sum + Math.min(end, positions.get(partition) ?? 0),
    0,
  );
}
