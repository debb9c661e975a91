import { orAborted } from "#runtime/backoff.ts";
import { fateOf, PartitionError } from "#runtime/errors.ts";
import { type Flow, NotOwnerError, type ReceivedRecords } from "#kafka/port.ts";
import {
  type BatchDeps,
  type BatchEvents,
  BatchProcessing,
} from "./batch_processing.ts";
import type { BatchTraces } from "./batch_trace.ts";
import type { Committer } from "./committer.ts";
import type { Contiguity } from "./contiguity.ts";
import { type Batch, type BatchLimits, RecordQueue } from "./record_queue.ts";

export type ProcessorLimits = {
  readonly batch: BatchLimits;
  /** Fetching pauses above this many waiting bytes and resumes below half of it. */
  readonly maxWaitingBytes: number;
  readonly retryBaseMs: number;
  readonly retryMaxMs: number;
};

/** What a processor tells of; each is called once per occurrence. */
export type ProcessorEvents = BatchEvents & {
  /** The processor is over, and whatever it waited for is nobody's business any more. */
  ended(): void;
  /** The partition turned out to belong to another member. */
  lost(error: NotOwnerError): void;
  /** Nothing more is done in the partition during this stay: a person must see to it. */
  stopped(error: PartitionError): void;
  /** Going on would break a promise. */
  failed(error: unknown): void;
};

export type ProcessorDeps = Omit<BatchDeps, "committer"> & {
  readonly committer: Pick<Committer, "commit" | "verify" | "close">;
  /** What of each batch goes on where the last one ended. */
  readonly contiguity: Pick<Contiguity, "follow">;
  readonly limits: ProcessorLimits;
  readonly events: ProcessorEvents;
  /** Absent if there are no traces. */
  readonly traces?: BatchTraces | undefined;
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
        await this.#finish(batch);
      } catch (error) {
        this.#giveUp(error);
      }
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

  /** Finishes a batch, in a trace if its records have one. */
  async #finish(batch: Batch): Promise<void> {
    const trace = this.#deps.traces?.(batch.records);
    try {
      await new BatchProcessing(batch, {
        deps: this.#deps,
        ending: this.#ending.signal,
        trace,
      }).finish();
    } finally {
      trace?.end();
    }
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
