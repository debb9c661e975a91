import { backoffMs, orAborted, sleep } from "#runtime/backoff.ts";
import { FatalError, fateOf, PartitionError } from "#runtime/errors.ts";
import type {
  Flow,
  OutgoingRecord,
  ReceivedRecord,
  ReceivedRecords,
} from "#kafka/port.ts";
import { NotOwnerError } from "#kafka/port.ts";
import type { BatchTrace, BatchTraces } from "./batch_trace.ts";
import type { CommittedBatch, Handler, Outcome, Result } from "./handler.ts";
import type { DeadLetterCap } from "./dead_letter_cap.ts";
import type { Contiguity } from "./contiguity.ts";
import { isolate } from "./isolate.ts";
import { type Batch, type BatchLimits, RecordQueue } from "./record_queue.ts";
import type { OutageRule } from "./outage_rule.ts";
import type { CommitResult, Committer } from "./committer.ts";
import type { TooLargeRule, WithOutput } from "./too_large_rule.ts";

export type ProcessorLimits = {
  readonly batch: BatchLimits;
  /**
   * Milliseconds from one batch to the next, unless as much as a batch takes is there already: a transaction
   * costs the same for one record as for a thousand.
   */
  readonly lingerMs: number;
  /** Fetching pauses above this many waiting bytes and resumes below half of it. */
  readonly maxWaitingBytes: number;
  readonly retryBaseMs: number;
  readonly retryMaxMs: number;
};

/** The wait is asked for again after this long at most: a timer cannot run for more than 24 days. */
const MAX_SLEEP_MS = 60_000;

/** What a processor tells of; each is called once per occurrence. */
export type ProcessorEvents = {
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
  /** The processor is over, and whatever it waited for is nobody's business any more. */
  ended(): void;
  /** The partition turned out to belong to another member. */
  lost(error: NotOwnerError): void;
  /** Nothing more is done in the partition during this stay: a person must see to it. */
  stopped(error: PartitionError): void;
  /** Going on would break a promise. */
  failed(error: unknown): void;
};

export type ProcessorDeps = {
  readonly handle: Handler;
  readonly committer: Pick<Committer, "commit" | "verify" | "close">;
  /** What of each batch goes on where the last one ended. */
  readonly contiguity: Pick<Contiguity, "follow">;
  readonly limits: ProcessorLimits;
  readonly events: ProcessorEvents;
  /** Shared by all processors of the worker, as are `cap` and `tooLarge`. */
  readonly outage: OutageRule;
  readonly cap: Pick<DeadLetterCap, "take">;
  readonly tooLarge: TooLargeRule;
  /** Absent if there are no traces. */
  readonly traces?: BatchTraces | undefined;
  /** The records that follow from a record's outcome. */
  readonly output: (
    record: ReceivedRecord,
    outcome: Outcome,
    attempts: number,
  ) => readonly OutgoingRecord[];
};

/**
 * Works one partition, batch by batch, each finished before the next is begun. Nothing is skipped and
 * nothing is committed past an unfinished record, because there is only ever one batch in hand and
 * the one way on is through `commit`.
 *
 * A processor lives as long as one stay in the group. What it has not finished when it ends is fetched
 * again by the partition's next owner.
 */
export class PartitionProcessor {
  readonly #queue = new RecordQueue();
  readonly #ending = new AbortController();
  readonly #deps: ProcessorDeps;
  #working: Promise<void>;
  #idle = true;
  #isVerifying = true;
  /** Dead letters of the batch in hand that the cap has let pass. */
  #charged = 0;
  #flow: Flow | undefined;
  #isPaused = false;
  #isStopped = false;
  /** What the partition stops at when all that came before is finished. */
  #stop: PartitionError | undefined;

  /** @param after what must have ended before the first batch is taken up */
  constructor(deps: ProcessorDeps, after: Promise<void>) {
    this.#deps = deps;
    this.#working = after.then(() => this.#verify());
  }

  /** Bytes fetched that are not taken up yet. */
  get waitingBytes(): number {
    return this.#queue.bytes;
  }

  /** Takes a fetched batch over. Returns at once. */
  accept(fetched: ReceivedRecords): void {
    this.#flow ??= fetched.flow;
    // What could not be paused before anything was fetched is paused now.
    if (this.#isStopped) return fetched.flow.pause();
    if (this.#ending.signal.aborted || this.#stop !== undefined) return;
    const received = this.#deps.contiguity.follow(fetched);
    if (received === undefined) return;
    this.#queue.add(received);
    this.#stop = received.unreadable;
    if (
      this.#stop !== undefined ||
      this.#queue.bytes > this.#deps.limits.maxWaitingBytes
    ) this.#pause();
    if (this.#idle) {
      this.#idle = false;
      this.#working = this.#working.then(() => this.#work());
    }
  }

  /** Looks, if nothing is in hand, whether the group's position is still one of this log. */
  verify(): void {
    if (!this.#idle || this.#isVerifying || this.#ending.signal.aborted) return;
    this.#isVerifying = true;
    this.#working = this.#working.then(() => this.#verify());
  }

  /** Finishes the batch in hand unless it waits, drops the rest, lets go of everything. */
  async end(): Promise<void> {
    this.#ending.abort();
    this.#queue.clear();
    await this.#working;
    this.#deps.events.ended();
    await this.#deps.committer.close();
  }

  async #work(): Promise<void> {
    while (!this.#ending.signal.aborted) {
      const batch = this.#queue.take(this.#deps.limits.batch);
      if (batch === undefined) {
        if (this.#stop !== undefined) this.#giveUp(this.#stop);
        break;
      }
      try {
        this.#resumeIfLow();
        await this.#workOff(batch);
      } catch (error) {
        this.#giveUp(error);
      }
      await this.#linger();
    }
    this.#idle = true;
  }

  /** Nothing more is taken up until the partition is assigned anew. */
  #giveUp(error: unknown): void {
    const { events } = this.#deps;
    this.#ending.abort();
    this.#queue.clear();
    if (error instanceof NotOwnerError) return events.lost(error);
    if (!(error instanceof PartitionError)) return events.failed(error);
    this.#isStopped = true;
    this.#pause();
    events.stopped(error);
  }

  async #verify(): Promise<void> {
    const { signal } = this.#ending;
    if (signal.aborted) return;
    try {
      // It only reads, so that nobody need wait for its end: a broker that hangs would hold up the drain.
      await orAborted(this.#deps.committer.verify(), signal);
    } catch (error) {
      // If Kafka does not say, committing asks again.
      if (fateOf(error) !== "retry") this.#giveUp(error);
    } finally {
      this.#isVerifying = false;
    }
  }

  async #linger(): Promise<void> {
    const { batch, lingerMs } = this.#deps.limits;
    if (lingerMs === 0 || this.#queue.records >= batch.maxRecords) return;
    await sleep(lingerMs, this.#ending.signal);
  }

  /** Finishes a batch, in a trace where its records have one. */
  async #workOff(batch: Batch): Promise<void> {
    const trace = this.#deps.traces?.(batch.records);
    if (trace === undefined) return await this.#finish(batch);
    try {
      await this.#finish(batch, trace);
    } finally {
      trace.end();
    }
  }

  /**
   * Tries until the batch is committed or the processor ends.
   *
   * @throws {NotOwnerError} if the partition is another's
   * @throws what must stop the partition or the process
   */
  async #finish(batch: Batch, trace?: BatchTrace): Promise<void> {
    const { limits, events } = this.#deps;
    const began = performance.now();
    let results: readonly Result[] | undefined;
    let { startOffset } = batch;
    this.#charged = 0;
    events.taken(batch.records);
    for (let attempt = 1; !this.#ending.signal.aborted; attempt++) {
      let ended: Ended | undefined;
      events.attempting();
      try {
        // Kept over a failed committing: a handler run again could not tell new from known any more.
        if (results === undefined) {
          results = await this.#handle(batch.records);
          if (!await this.#passedCap(results)) return;
        }
        ended = await this.#commit({ ...batch, startOffset }, {
          results,
          attempt,
          trace,
        });
        if (ended === undefined) return;
      } catch (error) {
        const fate = fateOf(error);
        const isFinal = fate === "stop" || fate === "stop-partition";
        if (isFinal || error instanceof NotOwnerError) throw error;
        const delayMs = backoffMs({
          attempt: attempt - 1,
          baseMs: limits.retryBaseMs,
          maxMs: limits.retryMaxMs,
        });
        events.retrying({ records: batch.records, error, attempt, delayMs });
        trace?.retrying({ error, attempt, delayMs });
        await sleep(delayMs, this.#ending.signal);
        continue;
      }
      if (ended.committed.kind === "committed") {
        const seconds = (performance.now() - began) / 1000;
        events.committed({ results: ended.results, seconds });
        trace?.committed(ended.results);
        return;
      }
      const { position } = ended.committed;
      if (position >= batch.nextOffset) return events.superseded();
      results = ended.results
        .filter(({ record }) => record.offset >= position);
      startOffset = position;
    }
  }

  /**
   * Commits results, with smaller ones in place of those whose output is too large.
   *
   * @returns how it ended, and with which results; undefined if the processor ended before
   */
  async #commit(
    batch: Batch,
    { results, attempt, trace }: {
      results: readonly Result[];
      attempt: number;
      trace: BatchTrace | undefined;
    },
  ): Promise<Ended | undefined> {
    const { committer, tooLarge } = this.#deps;
    tooLarge.trying(results);
    for (;;) {
      const all = this.#withOutput(results, attempt, trace);
      try {
        const committed = await committer.commit({
          ...batch,
          output: all.flatMap(({ output }) => output),
        });
        if (committed.kind === "committed") tooLarge.committed(results);
        return { committed, results };
      } catch (error) {
        const smaller = tooLarge.smaller(all, error);
        if (smaller === undefined) throw error;
        results = smaller;
        if (!await this.#passedCap(results)) return undefined;
      }
    }
  }

  #withOutput(
    results: readonly Result[],
    attempt: number,
    trace: BatchTrace | undefined,
  ): WithOutput[] {
    return results.map((result) => {
      const { record, outcome } = result;
      const output = this.#deps.output(record, outcome, attempt);
      return { result, output: trace?.passedOn(record, output) ?? output };
    });
  }

  /** @throws {FatalError} if the handler breaks its contract of one outcome a record */
  async #handle(records: readonly ReceivedRecord[]): Promise<Result[]> {
    if (records.length === 0) return [];
    const { handle, outage } = this.#deps;
    const outcomes = await isolate(handle, records, outage);
    if (outcomes.length !== records.length) {
      throw new FatalError(
        `The handler returned ${outcomes.length} outcomes for ${records.length} records`,
      );
    }
    return records.flatMap((record, index) => {
      const outcome = outcomes[index];
      return outcome === undefined ? [] : [{ record, outcome }];
    });
  }

  /**
   * Waits until the cap lets the dead letters among results pass, of which each counts once however often the
   * batch is tried; false if the processor ended.
   */
  async #passedCap(results: readonly Result[]): Promise<boolean> {
    const { cap, events } = this.#deps;
    const deadLetters = deadLettersAmong(results) - this.#charged;
    if (deadLetters <= 0) return true;
    this.#charged += deadLetters;
    let delayMs = cap.take(deadLetters);
    if (delayMs === 0) return true;
    while (delayMs > 0) {
      events.capped({ deadLetters, delayMs });
      await sleep(Math.min(delayMs, MAX_SLEEP_MS), this.#ending.signal);
      if (this.#ending.signal.aborted) return false;
      delayMs = cap.take(deadLetters);
    }
    events.attempting();
    return true;
  }

  #pause(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    this.#flow?.pause();
  }

  #resumeIfLow(): void {
    if (!this.#isPaused || this.#stop !== undefined) return;
    if (this.#queue.bytes >= this.#deps.limits.maxWaitingBytes / 2) return;
    this.#isPaused = false;
    this.#flow?.resume();
  }
}

/** How committing ended, and with which results. */
type Ended = {
  readonly committed: CommitResult;
  readonly results: readonly Result[];
};

function deadLettersAmong(results: readonly Result[]): number {
  return results.filter(({ outcome }) => outcome.kind === "dead-letter").length;
}
