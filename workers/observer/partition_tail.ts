import { backoffMs, sleep } from "#runtime/backoff.ts";
import { describeError } from "#runtime/errors.ts";
import type { KafkaClient, ReadBatch } from "#kafka/port.ts";
import type { Log } from "#runtime/log.ts";
import type { AtRisk } from "./money_at_risk.ts";
import { type Unfinished, UnfinishedRecords } from "./unfinished_records.ts";

/** To catch up with a group that is this many records ahead of the reading, it jumps there. */
const JUMP = 10_000;
/** What cannot be read is looked at again this often: another leader may have it whole. */
const LOOK_AGAIN_MS = 5_000;
const NEVER = Number.MAX_SAFE_INTEGER;

export type TailDeps = {
  readonly kafka: Pick<KafkaClient, "read">;
  readonly topic: string;
  readonly partition: number;
  readonly atRiskOf: (value: Uint8Array | null) => AtRisk;
  readonly log: Log;
  /** Ends the reading. */
  readonly signal: AbortSignal;
};

/**
 * Reads one partition as it grows, and knows what lies behind a position: how old it is, and how much
 * money it moves. It belongs to no group and leaves no trace in Kafka.
 */
export class PartitionTail {
  readonly #deps: TailDeps;
  #unfinished = new UnfinishedRecords();
  #start = 0;
  #next = 0;
  #reading: AbortController | undefined;
  #unreadable: string | undefined;

  constructor(deps: TailDeps) {
    this.#deps = deps;
  }

  get topic(): string {
    return this.#deps.topic;
  }

  /**
   * Lets go of what lies before a position, and sees to it that what lies behind is read: from there
   * on at the first call, and anew if the position went back.
   */
  follow(position: number): void {
    const isBehind = position > this.#next + JUMP;
    if (this.#reading === undefined || position < this.#start || isBehind) {
      this.#reading?.abort();
      this.#reading = new AbortController();
      this.#unfinished = new UnfinishedRecords();
      this.#start = this.#next = position;
      this.#unreadable = undefined;
      void this.#read(this.#reading);
    }
    this.#start = position;
    this.#unfinished.forgetBefore(position);
  }

  /** Reads no further. */
  stop(): void {
    this.#reading?.abort();
  }

  /** What has been read of what lies behind a position. */
  behind(position: number): Unfinished {
    return this.#unfinished.from(position);
  }

  /** Why nothing is known of what lies further on; undefined if everything is read as it comes. */
  get unreadable(): string | undefined {
    return this.#unreadable;
  }

  /** Resolves when the reading has been ended. Never rejects. */
  async #read(reading: AbortController): Promise<void> {
    const { kafka, topic, partition, log } = this.#deps;
    const signal = AbortSignal.any([this.#deps.signal, reading.signal]);
    for (let attempt = 0; !signal.aborted; attempt++) {
      const from = Math.max(this.#next, this.#start);
      const ranges = [{ partition, from, to: NEVER }];
      try {
        for await (const batch of kafka.read({ topic, ranges, signal })) {
          if (signal.aborted) return;
          attempt = 0;
          this.#take(batch);
        }
        await sleep(LOOK_AGAIN_MS, signal);
      } catch (error) {
        if (signal.aborted) return;
        log.warn("Cannot follow {topic}/{partition}: {reason}", {
          topic,
          partition,
          reason: describeError(error),
        });
        const delayMs = backoffMs({ attempt, baseMs: 500, maxMs: 5_000 });
        await sleep(delayMs, signal);
      }
    }
  }

  #take({ records, nextOffset, unreadable }: ReadBatch): void {
    const why = unreadable?.message;
    if (why !== undefined && why !== this.#unreadable) {
      this.#deps.log.warn("Money behind it is not counted: {reason}", {
        reason: why,
      });
    }
    this.#unreadable = why;
    for (const { offset, timestampMs, value } of records) {
      if (offset < this.#start) continue;
      const atRisk = this.#deps.atRiskOf(value);
      this.#unfinished.add({ offset, timestampMs, ...atRisk });
    }
    this.#next = nextOffset;
  }
}
