import { backoffMs, sleep } from "#runtime/backoff.ts";
import { FatalError, fateOf } from "#runtime/errors.ts";
import {
  NotOwnerError,
  type OutgoingRecord,
  type ReceivedRecord,
} from "#kafka/port.ts";
import type { BatchTrace } from "./batch_trace.ts";
import type { CommitResult, Committer } from "./committer.ts";
import type { DeadLetterCap } from "./dead_letter_cap.ts";
import {
  type CommittedBatch,
  type Handler,
  type Outcome,
  rejectionsOf,
  type Result,
} from "./handler.ts";
import { isolate } from "./isolate.ts";
import type { OutageRule } from "./outage_rule.ts";
import type { Batch } from "./record_queue.ts";
import type { TooLargeRule, WithOutput } from "./too_large_rule.ts";

/** The wait is asked for again after this long at most: a timer cannot run for more than 24 days. */
const MAX_SLEEP_MS = 60_000;

/** What happens to a batch; each is called once per occurrence. */
export type BatchEvents = {
  taken(records: readonly ReceivedRecord[]): void;
  /** A batch is tried, for the first time or again. */
  attempting(): void;
  committed(batch: CommittedBatch): void;
  /** The group turned out to be past the batch; nothing was left to do. */
  superseded(): void;
  /** The batch's dead letters are more than may be written now; it waits for `delayMs`. */
  capped(batch: { deadLetters: number; delayMs: number }): void;
  /** A try failed; the batch stays where it is and is tried again after `delayMs`. */
  retrying(
    try_: {
      records: readonly ReceivedRecord[];
      error: unknown;
      attempt: number;
      delayMs: number;
    },
  ): void;
};

export type BatchDeps = {
  readonly handle: Handler;
  readonly committer: Pick<Committer, "commit">;
  readonly limits: {
    readonly retryBaseMs: number;
    readonly retryMaxMs: number;
  };
  readonly events: BatchEvents;
  /** Shared by all processors of the worker, as are `cap` and `tooLarge`. */
  readonly outage: OutageRule;
  readonly cap: Pick<DeadLetterCap, "take">;
  readonly tooLarge: TooLargeRule;
  /** The records that follow from a record's outcome. */
  readonly output: (
    record: ReceivedRecord,
    outcome: Outcome,
    attempts: number,
  ) => readonly OutgoingRecord[];
};

/**
 * What becomes of one batch, rung by rung. Each rung is tried until it holds. Whatever fails is caught in `finish`, but for
 * output that is larger than its topic takes, which `#commit` makes smaller:
 *
 * 1. **handled**: the handler says an outcome for each record. Poison is isolated by halving (`isolate.ts`).
 * 2. **capped**: the dead letters among the outcomes wait until the cap lets them pass (`dead_letter_cap.ts`).
 * 3. **committed**: what follows from the outcomes is written and the position moved, both or neither (`committer.ts`). If the
 *    group is past the batch, or a part of it, already, the batch is **superseded**: that part is dropped.
 *
 * That a record is **dead-lettered** is decided in three places: by the handler, in `isolate.ts` if the record alone fails
 * for good, and in `too_large_rule.ts` if what follows from it does not fit.
 *
 * A failure is **retried** with backoff, as long as it takes, if `fateOf` says that it may pass. It says so of what it does not
 * know too: an `OutageSuspectedError`, of what fails on many keys alike (`outage_rule.ts`), is retried for that. Else the
 * failure is thrown: the partition is **lost** to another member (`NotOwnerError`), **stopped** for a person (`PartitionError`),
 * or the process ends.
 */
export class BatchProcessing {
  readonly #deps: BatchDeps;
  readonly #batch: Batch;
  readonly #ending: AbortSignal;
  readonly #trace: BatchTrace | undefined;
  /** Kept over a failed commit: a handler that is run again could not tell new from known any more. */
  #results: readonly Result[] | undefined;
  /** Where what is left of the batch begins. */
  #startOffset: number;
  /** Dead letters that the cap has let pass. */
  #charged = 0;

  /** @param options whose `ending` is aborted when the processor ends */
  constructor(
    batch: Batch,
    { deps, ending, trace }: {
      deps: BatchDeps;
      ending: AbortSignal;
      trace: BatchTrace | undefined;
    },
  ) {
    this.#deps = deps;
    this.#batch = batch;
    this.#ending = ending;
    this.#trace = trace;
    this.#startOffset = batch.startOffset;
  }

  /**
   * Tries until the batch is committed or the processor ends.
   *
   * @throws {NotOwnerError} if the partition is another's
   * @throws what must stop the partition or the process
   */
  async finish(): Promise<void> {
    const { events } = this.#deps;
    const began = performance.now();
    events.taken(this.#batch.records);
    for (let attempt = 1; !this.#ending.aborted; attempt++) {
      events.attempting();
      try {
        const isHandled = await this.#handle();
        const committed = isHandled && await this.#commit(attempt);
        if (committed === false) return; // the processor ends
        if (committed.kind === "superseded") {
          if (this.#isPast(committed.position)) return events.superseded();
          continue;
        }
      } catch (error) {
        await this.#waitToRetry(error, attempt);
        continue;
      }
      const results = this.#results ?? [];
      const seconds = (performance.now() - began) / 1000;
      events.committed({ results, seconds });
      this.#trace?.committed(results);
      return;
    }
  }

  /**
   * Has the handler judge the batch, once.
   *
   * @returns false if the processor ended while dead letters waited
   * @throws {FatalError} if the handler breaks its contract of one outcome a record
   */
  async #handle(): Promise<boolean> {
    if (this.#results !== undefined) return true;
    const { handle, outage } = this.#deps;
    const { records } = this.#batch;
    const outcomes = records.length === 0
      ? []
      : await isolate(handle, records, outage);
    if (outcomes.length !== records.length) {
      throw new FatalError(
        `The handler returned ${outcomes.length} outcomes for ${records.length} records`,
      );
    }
    const results: Result[] = [];
    for (const [index, record] of records.entries()) {
      const outcome = outcomes[index];
      if (outcome !== undefined) results.push({ record, outcome });
    }
    this.#results = results;
    return await this.#passCap();
  }

  /** @returns how it ended; false if the processor ended while dead letters waited */
  async #commit(attempt: number): Promise<CommitResult | false> {
    const { committer, tooLarge } = this.#deps;
    tooLarge.trying(this.#results ?? []);
    for (;;) {
      const all = this.#withOutput(attempt);
      try {
        const committed = await committer.commit({
          ...this.#batch,
          startOffset: this.#startOffset,
          output: all.flatMap(({ output }) => output),
        });
        if (committed.kind === "committed") {
          tooLarge.committed(this.#results ?? []);
        }
        return committed;
      } catch (error) {
        const smaller = tooLarge.smaller(all, error);
        if (smaller === undefined) throw error;
        this.#results = smaller;
        if (!await this.#passCap()) return false;
      }
    }
  }

  #withOutput(attempt: number): WithOutput[] {
    return (this.#results ?? []).map((result) => {
      const { record, outcome } = result;
      const output = this.#deps.output(record, outcome, attempt);
      return {
        result,
        output: this.#trace?.passedOn(record, output) ?? output,
      };
    });
  }

  /**
   * Waits until the cap lets the dead letters among the results pass, of which each counts once however often the batch is
   * tried; false if the processor ended.
   */
  async #passCap(): Promise<boolean> {
    const { cap, events } = this.#deps;
    const deadLetters = deadLettersAmong(this.#results ?? []) - this.#charged;
    if (deadLetters <= 0) return true;
    this.#charged += deadLetters;
    let delayMs = cap.take(deadLetters);
    if (delayMs === 0) return true;
    while (delayMs > 0) {
      events.capped({ deadLetters, delayMs });
      await sleep(Math.min(delayMs, MAX_SLEEP_MS), this.#ending);
      if (this.#ending.aborted) return false;
      delayMs = cap.take(deadLetters);
    }
    events.attempting();
    return true;
  }

  /** Drops what lies before the group's position; true if that is all. */
  #isPast(position: number): boolean {
    if (position >= this.#batch.nextOffset) return true;
    this.#results = this.#results
      ?.filter(({ record }) => record.offset >= position);
    this.#startOffset = position;
    return false;
  }

  /** @throws {unknown} the error itself, if no retry helps */
  async #waitToRetry(error: unknown, attempt: number): Promise<void> {
    const { limits, events } = this.#deps;
    const fate = fateOf(error);
    const isFinal = fate === "stop" || fate === "stop-partition";
    if (isFinal || error instanceof NotOwnerError) throw error;
    const delayMs = backoffMs({
      attempt: attempt - 1,
      baseMs: limits.retryBaseMs,
      maxMs: limits.retryMaxMs,
    });
    const { records } = this.#batch;
    events.retrying({ records, error, attempt, delayMs });
    this.#trace?.retrying({ error, attempt, delayMs });
    await sleep(delayMs, this.#ending);
  }
}

function deadLettersAmong(results: readonly Result[]): number {
  let count = 0;
  for (const { outcome } of results) count += rejectionsOf(outcome).length;
  return count;
}
