import type {
  KafkaAdmin,
  KafkaClient,
  OutgoingRecord,
  TransactionalSender,
} from "#kafka/port.ts";
import { readToTheEnd } from "#kafka/read_to_the_end.ts";
import { logRecord, readLogRecord } from "../counts/counts_log.ts";
import { anomalyRecord, toldUpTo } from "./anomaly_records.ts";
import { countOthers } from "./follow_others.ts";
import { Judge, type JudgeSettings } from "./judge.ts";
import { Reach, type Stage } from "./reach.ts";
import { latestSnapshot, snapshotRecords } from "./snapshots.ts";
import type { Finding } from "../detection/alarm.ts";

export type SeatOptions = {
  readonly kafka: Pick<KafkaClient, "read" | "openTransactional">;
  readonly admin: Pick<
    KafkaAdmin,
    "startOffsets" | "endOffsets" | "highWatermarks" | "positions"
  >;
  readonly topics: {
    readonly anomalies: string;
    readonly counts: string;
    readonly state: string;
    readonly rejected: string;
    readonly unmapped: string;
  };
  readonly transactionalId: string;
  /** What has to be past a record before it is counted. */
  readonly stages: readonly Stage[];
  readonly settings: JudgeSettings;
  readonly heartbeatMs: number;
  readonly snapshotMs: number;
  /** After so long without a heartbeat whoever is there takes the seat. */
  readonly takeOverMs: number;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly events: {
    seated(from: number): void;
    found(finding: Finding): void;
    judged(judge: Judge): void;
    left(): void;
  };
};

/** Whoever judges now, with what it has. */
type Seated = {
  readonly sender: TransactionalSender;
  readonly judge: Judge;
  readonly reach: Reach;
  /** The next record of the log of counts. */
  next: number;
  /** The record up to which anomalies are told. */
  told: number;
  heartbeatAtMs: number;
  snapshotAtMs: number;
  turn: number;
};

/**
 * The seat of the one judge. Who sits there writes heartbeats into the log of counts, reads that log, and writes what it finds; the
 * others look whether heartbeats still come. A transactional id keeps out a judge that was taken for dead.
 */
export class JudgeSeat {
  readonly #options: SeatOptions;
  #seated: Seated | undefined;
  #lookedTo: number | undefined;
  #heardAtMs = 0;

  constructor(options: SeatOptions) {
    this.#options = options;
  }

  get isSeated(): boolean {
    return this.#seated !== undefined;
  }

  /**
   * Judges what is new, or takes the seat if it is empty.
   *
   * @throws {FencedError} if another has taken the seat; {TransientError} if Kafka is away: the seat is left
   */
  async turn(): Promise<void> {
    try {
      if (
        this.#seated === undefined
          ? await this.#isFree()
          : this.#seated.sender.isSpent
      ) {
        await this.#seated?.sender.close();
        this.#seated = await this.#sitDown();
      }
      if (this.#seated !== undefined) await this.#judge(this.#seated);
    } catch (error) {
      await this.leave();
      throw error;
    }
  }

  async leave(): Promise<void> {
    const seated = this.#seated;
    if (seated === undefined) return;
    this.#seated = undefined;
    this.#options.events.left();
    await seated.sender.close();
  }

  /** Whether no heartbeat came for long. */
  async #isFree(): Promise<boolean> {
    const { kafka, admin, topics, clock, takeOverMs } = this.#options;
    const { counts } = topics;
    const { start, end } = await this.#rangeOf(counts, admin);
    const from = Math.max(start, this.#lookedTo ?? end - 1_000);
    if (from < end) {
      const ranges = [{ partition: 0, from, to: end }];
      for await (const batch of kafka.read({ topic: counts, ranges })) {
        for (const { value } of batch.records) {
          const record = readLogRecord(value);
          if (record?.kind === "heartbeat") this.#heardAtMs = record.at;
        }
      }
    }
    this.#lookedTo = end;
    return clock() - this.#heardAtMs >= takeOverMs;
  }

  async #sitDown(): Promise<Seated> {
    const { kafka, admin, topics, settings, stages, events } = this.#options;
    const { anomalies, counts, state } = topics;
    const sender = await kafka.openTransactional(
      this.#options.transactionalId,
      { topics: [anomalies, counts, state] },
      { inUse: true },
    );
    try {
      // From here on nobody else writes anomalies.
      const told = await toldUpTo({ kafka, admin, topic: anomalies });
      const snapshot = await latestSnapshot({ kafka, admin, topic: state });
      const { start } = await this.#rangeOf(counts, admin);
      const isUsable = snapshot !== undefined && snapshot.next >= start;
      const next = isUsable ? snapshot.next : start;
      events.seated(next);
      return {
        sender,
        judge: new Judge(settings, isUsable ? snapshot.state : undefined),
        reach: new Reach(admin, stages),
        next,
        told,
        heartbeatAtMs: 0,
        snapshotAtMs: this.#options.clock(),
        turn: 0,
      };
    } catch (error) {
      await sender.close();
      throw error;
    }
  }

  async #judge(seated: Seated): Promise<void> {
    const { clock, heartbeatMs, snapshotMs, topics, events } = this.#options;
    // First to the end of the log: how far other topics are counted stands there.
    await this.#takeIn(seated);
    const nowMs = clock();
    if (nowMs - seated.heartbeatAtMs >= heartbeatMs) {
      await this.#beat(seated, nowMs);
      await this.#takeIn(seated);
    }
    if (nowMs - seated.snapshotAtMs >= snapshotMs) {
      const { next, judge } = seated;
      await seated.sender.write(
        snapshotRecords(
          topics.state,
          { next, state: judge.state },
          seated.turn,
        ),
      );
      seated.turn++;
      seated.snapshotAtMs = nowMs;
    }
    events.judged(seated.judge);
  }

  async #beat(seated: Seated, nowMs: number): Promise<void> {
    const { kafka, admin, topics } = this.#options;
    const others = await countOthers({
      kafka,
      admin,
      countsTopic: topics.counts,
      rejectedTopic: topics.rejected,
      unmappedTopic: topics.unmapped,
    }, (topic, partition) => seated.judge.followedTo(topic, partition));
    const reached = await seated.reach.look(nowMs);
    const records = [...others];
    if (reached > 0) {
      records.push(
        logRecord(topics.counts, { kind: "heartbeat", at: nowMs, reached }),
      );
    }
    if (records.length > 0) await seated.sender.write(records);
    seated.heartbeatAtMs = nowMs;
  }

  async #takeIn(seated: Seated): Promise<void> {
    const { kafka, admin, topics, settings, events } = this.#options;
    const { end } = await this.#rangeOf(topics.counts, admin);
    if (seated.next >= end) return;
    const ranges = [{ partition: 0, from: seated.next, to: end }];
    const batches = readToTheEnd(kafka, { topic: topics.counts, ranges });
    for await (const batch of batches) {
      const found: OutgoingRecord[] = [];
      const told: Finding[] = [];
      for (const { value, offset } of batch.records) {
        const record = readLogRecord(value);
        if (record === undefined) continue;
        for (const finding of seated.judge.take(record)) {
          if (offset <= seated.told) continue;
          told.push(finding);
          found.push(anomalyRecord(topics.anomalies, finding, {
            settings,
            countsOffset: offset,
          }));
        }
      }
      if (found.length > 0) await seated.sender.write(found);
      told.forEach(events.found);
      seated.next = Math.max(seated.next, batch.nextOffset);
    }
  }

  async #rangeOf(
    topic: string,
    admin: SeatOptions["admin"],
  ): Promise<{ start: number; end: number }> {
    const starts = await admin.startOffsets(topic);
    const ends = await admin.endOffsets(topic);
    return { start: starts.get(0) ?? 0, end: ends.get(0) ?? 0 };
  }
}
