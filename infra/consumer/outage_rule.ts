import { PoisonError, rejectionOf } from "#runtime/errors.ts";
import type { ReceivedRecord } from "#kafka/port.ts";

/** A failure that looks like everyone's, not this record's: to be tried again, nothing dead-lettered. */
export class OutageSuspectedError extends Error {
  override readonly name = "OutageSuspectedError";
}

/** Failures of one class, with nothing that succeeded in between. */
type Run = {
  readonly errorClass: string;
  /** Each key that failed, with where it did first. */
  readonly keys: Map<string, { partition: number; offset: number }>;
};

/**
 * Outage or poison? A handler that throws the same class of error for `afterKeys` different keys in a
 * row, without a record that succeeds in between, is taken to fail on everyone, not on these records.
 * Only errors that say nothing of the record count. A `PoisonError` says what is wrong with its content,
 * and that stays true however many records have the like.
 *
 * One rule for all partitions of a worker: what it asks is whether the worker's code and what that
 * depends on still work, and a success in any partition says so. It lasts over batches, so that batches
 * of one record count up too. See docs/decisions/0006-outage-or-poison.md.
 *
 * With `afterKeys` 3, of one class all:
 *
 *     a fails, a fails, b fails, c succeeds   poison: a, a and b may go as dead letters
 *     a fails, b fails, c fails               outage suspected at c
 */
export class OutageRule {
  readonly #afterKeys: number;
  #run: Run | undefined;

  /** @param afterKeys 0: never suspects */
  constructor(afterKeys: number) {
    this.#afterKeys = afterKeys;
  }

  /** Records of a partition from here on are tried, or tried again: no failure of theirs counts twice. */
  trying({ partition, offset }: ReceivedRecord): void {
    for (const [key, at] of this.#run?.keys ?? []) {
      if (at.partition === partition && at.offset >= offset) {
        this.#run?.keys.delete(key);
      }
    }
  }

  /** A record was worked off. One that was read and refused says nothing of what comes after reading. */
  succeeded(): void {
    this.#run = undefined;
  }

  /**
   * A record failed, alone, with an error whose fate is "dead-letter".
   *
   * @throws {OutageSuspectedError} if it is one key too many
   */
  failed(record: ReceivedRecord, error: unknown): void {
    if (this.#afterKeys === 0 || error instanceof PoisonError) return;
    const { code, message } = rejectionOf(error);
    const errorClass = `${code} ${error instanceof Error ? error.name : ""}`;
    if (this.#run?.errorClass !== errorClass) {
      this.#run = { errorClass, keys: new Map() };
    }
    const { keys } = this.#run;
    const { partition, offset } = record;
    const key = keyOf(record);
    if (!keys.has(key)) keys.set(key, { partition, offset });
    if (keys.size >= this.#afterKeys) {
      // Nothing was dead-lettered, so the error's message stands nowhere else.
      throw new OutageSuspectedError(
        `suspected outage: ${code} on ${keys.size} keys in a row: ${
          message.slice(0, 200)
        }`,
      );
    }
  }
}

/** Records without a key have nothing in common: each is a key of its own. */
function keyOf({ key, partition, offset }: ReceivedRecord): string {
  return key === null
    ? `at ${partition}/${offset}`
    : `key ${key.toString("base64")}`;
}
