import { sleep } from "#runtime/backoff.ts";
import { describeError, TransientError } from "#runtime/errors.ts";
import type { Log } from "#runtime/log.ts";
import type { Follower } from "#consumer/follower.ts";
import type {
  KafkaAdmin,
  KafkaClient,
  ReadBatch,
  ReceivedRecord,
  ReceivedRecords,
} from "#kafka/port.ts";
import { type Fed, SLICE_MS } from "./lane.ts";
import { PartitionReaders } from "./partition_readers.ts";
import {
  type Bounds,
  type Known,
  RememberedPast,
  type Told,
} from "./remembered_past.ts";
import type { Snapshot } from "./snapshot.ts";
import type { SnapshotStore } from "./snapshot_store.ts";
import { Timeline } from "./timeline.ts";

type Admin = Pick<
  KafkaAdmin,
  "startOffsets" | "endOffsets" | "highWatermarks" | "positions"
>;

export type LiveTimelineDeps<C extends Told, A> = {
  readonly kafka: Pick<KafkaClient, "read">;
  readonly admin: Admin;
  readonly topic: string;
  readonly groupId: string;
  readonly store: Pick<SnapshotStore, "newest" | "write">;
  readonly log: Log;
  /** Milliseconds since the epoch, as this machine has it. */
  readonly clock: () => number;
  readonly bounds: Bounds;
  /** How far this clock and the brokers' may be apart, in milliseconds. */
  readonly skewMs: number;
  /** A snapshot is written after so many records, and not before so many milliseconds. */
  readonly snapshots: { readonly records: number; readonly everyMs: number };
  readonly contentOf: (record: ReceivedRecord) => C;
  readonly judge: (content: C, known: Known) => A;
};

/** Somebody waits for the answers to some records. */
type Waiter = {
  readonly partition: number;
  readonly offsets: readonly number[];
  readonly resolve: () => void;
};

/** Records answered before others have their turn. */
const AT_ONCE = 200;
/** Of a partition that is read beside the group, so many records are read ahead. */
const READ_AHEAD = 2_000;
/** An owned partition that brings nothing for so long, though it is waited for, is read beside the group. */
const STALLED_MS = 500;
/** How long answers are waited for before it is said that they are. */
const WAIT_MS = 10_000;
const LOOK_MS = 100;
const ASK_EVERY_MS = 20;
/** Before it is looked again whether a snapshot may be written. */
const SNAPSHOT_AGAIN_MS = 5_000;

/**
 * The timeline of a topic, as this process reads it: owned partitions as the group fetches them, others by itself. It goes on as far
 * as somebody waits for answers, and writes snapshots on the way.
 */
export class LiveTimeline<C extends Told, A> implements Follower {
  readonly #deps: LiveTimelineDeps<C, A>;
  readonly #readers: PartitionReaders;
  readonly #waiters = new Set<Waiter>();
  readonly #progressed = new Map<number, number>();
  readonly #closing = new AbortController();
  #past: RememberedPast<C, A>;
  #timeline: Timeline<C, A>;
  #owned: readonly number[] = [];
  #changed = Promise.withResolvers<void>();
  #isRunning = false;
  #isFrozen = false;
  #asking = false;
  #askedAt = -Infinity;
  /** The last snapshot that is known to be whole, and when it is looked for the next. */
  #last: Snapshot["cut"] | undefined;
  #lastAt: number;
  #lookAt: number;
  /** Of timelines before the last rewind. */
  #earlier = { late: 0, evicted: 0, rewinds: 0 };

  constructor(deps: LiveTimelineDeps<C, A>) {
    this.#deps = deps;
    this.#lastAt = deps.clock();
    this.#lookAt = this.#lastAt + deps.snapshots.everyMs;
    this.#past = this.#newPast();
    this.#timeline = new Timeline(this.#past);
    this.#readers = new PartitionReaders({
      kafka: deps.kafka,
      topic: deps.topic,
      take: (batch) => this.#take(batch),
      wanted: (partition) => this.#wanted(partition),
      failed: (reason) => deps.log.warn("{reason}", { reason }),
    });
  }

  /** How it is, for metrics. */
  get state() {
    const { entities, payments } = this.#past.history;
    return {
      entities: entities.size,
      payments: payments.size,
      waiting: this.#timeline.waiting,
      evicted: this.#earlier.evicted + this.#past.evicted,
      late: this.#earlier.late + this.#timeline.late,
      rewinds: this.#earlier.rewinds,
      snapshotAgeMs: this.#last === undefined
        ? undefined
        : this.#deps.clock() - this.#lastAt,
    };
  }

  /**
   * Begins with the newest snapshot that lies behind every position of the group, or with nothing.
   *
   * @throws {TransientError} if Kafka does not answer
   */
  async restore(): Promise<void> {
    const { admin, groupId, topic } = this.#deps;
    const positions = await admin.positions(groupId, topic);
    await this.#restore(positions);
  }

  received(received: ReceivedRecords): void {
    this.#feed(received.partition, received.fetchedOffset, received);
  }

  assigned(partitions: readonly number[]): void {
    this.#owned = partitions;
    this.#timeline.own(partitions);
    this.#change();
  }

  committed(partition: number, nextOffset: number): void {
    this.#timeline.committed(partition, nextOffset);
  }

  ended(): void {
    // What has been answered stays true, and whoever owns the partition next asks again.
  }

  /**
   * The answers to some records of a partition.
   *
   * @throws {TransientError} if they take long: because a partition cannot be read, or much has to be read again
   */
  async answers(
    records: readonly Pick<ReceivedRecord, "partition" | "offset">[],
  ): Promise<readonly A[]> {
    const partition = records[0]?.partition ?? 0;
    const offsets = records.map(({ offset }) => offset);
    const answered = Promise.withResolvers<void>();
    const waiter: Waiter = { partition, offsets, resolve: answered.resolve };
    this.#waiters.add(waiter);
    const ended = new AbortController();
    try {
      if (!this.#isRunning) void this.#run();
      this.#change();
      await Promise.race([answered.promise, sleep(WAIT_MS, ended.signal)]);
      return offsets.map((offset) => {
        const answer = this.#timeline.answer(partition, offset);
        if (answer !== undefined) return answer;
        throw new TransientError(this.#whyNot(partition));
      });
    } finally {
      ended.abort();
      this.#waiters.delete(waiter);
    }
  }

  close(): void {
    this.#closing.abort();
    this.#readers.close();
    this.#change();
  }

  /** Goes on while somebody waits. */
  async #run(): Promise<void> {
    this.#isRunning = true;
    try {
      while (this.#waiters.size > 0 && !this.#closing.signal.aborted) {
        const hasMore = this.#timeline.advance({
          atMost: AT_ONCE,
          mayFold: !this.#isFrozen,
        });
        this.#settle();
        this.#snapshotIfDue();
        if (hasMore) await new Promise((resolve) => setImmediate(resolve));
        else if (this.#waiters.size > 0) await this.#supply();
      }
    } catch (error) {
      const reason = describeError(error);
      this.#deps.log.warn("{reason}", { reason });
      await sleep(STALLED_MS, this.#closing.signal);
    } finally {
      this.#isRunning = false;
    }
    if (this.#waiters.size > 0 && !this.#closing.signal.aborted) {
      void this.#run();
    }
  }

  #settle(): void {
    for (const waiter of this.#waiters) {
      const { partition, offsets } = waiter;
      // From the last on: they are answered in their order, so that one look mostly tells.
      const isAnswered = offsets.findLast((offset) =>
        this.#timeline.answer(partition, offset) === undefined
      ) === undefined;
      if (!isAnswered) {
        continue;
      }
      this.#waiters.delete(waiter);
      waiter.resolve();
    }
  }

  /** Gets what it takes to go on, and waits for it a little. */
  async #supply(): Promise<void> {
    if (this.#hasPast()) return await this.#rewind();
    const changed = this.#changed.promise;
    const { clock, skewMs } = this.#deps;
    for (const partition of this.#needed()) {
      const lane = this.#timeline.lane(partition);
      const stalledMs = clock() - (this.#progressed.get(partition) ?? 0);
      if (!lane.isOwned || stalledMs > STALLED_MS) {
        this.#readers.read(partition, lane.fed);
      }
    }
    const { blocked } = this.#timeline;
    let waitMs = LOOK_MS;
    if (blocked !== undefined && this.#mustAsk(blocked)) {
      const leftMs = Math.max(
        blocked.slice * SLICE_MS + skewMs - clock(),
        this.#askedAt + ASK_EVERY_MS - clock(),
      );
      if (leftMs <= 0) await this.#ask();
      else waitMs = Math.min(waitMs, leftMs);
    }
    const ended = new AbortController();
    await Promise.race([changed, sleep(waitMs, ended.signal)]);
    ended.abort();
  }

  #mustAsk(
    { slice, partitions }: { slice: number; partitions: readonly number[] },
  ): boolean {
    return partitions.some((one) => this.#timeline.lane(one).mustAskEnd(slice));
  }

  /** Partitions of which more must be read for somebody's answer. */
  #needed(): ReadonlySet<number> {
    const needed = new Set(this.#timeline.blocked?.partitions);
    for (const { partition, offsets } of this.#waiters) {
      const last = offsets.at(-1) ?? -1;
      if (this.#timeline.lane(partition).fed <= last) needed.add(partition);
    }
    return needed;
  }

  /**
   * Asks where the partitions end. What was appended before is below what was the end then, and what comes after is of no earlier
   * time than this clock's, but for the skew. An end counts if all below it is decided: no transaction is open there.
   */
  async #ask(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    const { admin, topic, clock, skewMs } = this.#deps;
    try {
      this.#askedAt = clock();
      const timeline = this.#timeline;
      const below = Math.floor((this.#askedAt - skewMs) / SLICE_MS);
      const written = await admin.highWatermarks(topic);
      const readable = await admin.endOffsets(topic);
      for (const [partition, offset] of written) {
        if ((readable.get(partition) ?? 0) < offset) continue;
        timeline.ended(partition, { offset, below });
      }
      this.#change();
    } finally {
      this.#asking = false;
    }
  }

  #hasPast(): boolean {
    return [...this.#waiters].some(({ partition, offsets }) =>
      offsets.some((offset) => this.#timeline.lane(partition).isPast(offset))
    );
  }

  /** Somebody asks for what is folded already: the partition was another's, who was less far. */
  async #rewind(): Promise<void> {
    const { admin, groupId, topic, log } = this.#deps;
    log.info(
      "The history is further than a partition's position: it is read again",
    );
    const known = await admin.positions(groupId, topic);
    const positions = new Map<number, number>();
    for (const partition of await this.#partitions()) {
      const isOwned = this.#owned.includes(partition);
      const position = isOwned ? known.get(partition) ?? 0 : Infinity;
      const asked = [...this.#waiters].filter((one) =>
        one.partition === partition
      ).flatMap(({ offsets }) => offsets);
      positions.set(partition, Math.min(position, ...asked));
    }
    this.#earlier = {
      late: this.#earlier.late + this.#timeline.late,
      evicted: this.#earlier.evicted + this.#past.evicted,
      rewinds: this.#earlier.rewinds + 1,
    };
    await this.#restore(positions);
  }

  async #restore(positions: ReadonlyMap<number, number>): Promise<void> {
    const { store, log, clock } = this.#deps;
    const partitions = await this.#partitions();
    const snapshot = await store.newest(positions);
    this.#readers.close();
    this.#progressed.clear();
    this.#past = this.#newPast(snapshot);
    this.#timeline = new Timeline(this.#past, snapshot?.cut);
    this.#timeline.has(partitions);
    this.#timeline.own(this.#owned);
    this.#last = snapshot?.cut;
    this.#lastAt = clock();
    this.#lookAt = this.#lastAt + this.#deps.snapshots.everyMs;
    const { entities, payments } = this.#past.history;
    log.info(
      "The history begins with {entities} entities and {payments} payments",
      {
        entities: entities.size,
        payments: payments.size,
      },
    );
  }

  #newPast(snapshot?: Snapshot): RememberedPast<C, A> {
    const { judge, bounds } = this.#deps;
    return new RememberedPast({
      judge,
      bounds,
      ...snapshot !== undefined && {
        history: snapshot.history,
        firstSlice: snapshot.firstSlice,
      },
    });
  }

  async #partitions(): Promise<readonly number[]> {
    const { admin, topic } = this.#deps;
    return [...(await admin.startOffsets(topic)).keys()];
  }

  /**
   * Writes a snapshot, if it is this member's turn and time. Always one of the two stays behind every position of the group: as long as
   * the last one is not, none is written.
   */
  #snapshotIfDue(): void {
    const { clock, snapshots } = this.#deps;
    if (this.#isFrozen || !this.#owned.includes(0)) return;
    if (clock() < this.#lookAt) return;
    const { cut } = this.#timeline;
    if (cut.folded - (this.#last?.folded ?? 0) < snapshots.records) return;
    this.#isFrozen = true;
    this.#lookAt = clock() + SNAPSHOT_AGAIN_MS;
    const { history, firstSlice } = this.#past;
    void this.#snapshot({ cut, firstSlice, history });
  }

  async #snapshot(snapshot: Snapshot): Promise<void> {
    const { admin, groupId, topic, store, log, clock, snapshots } = this.#deps;
    try {
      const positions = await admin.positions(groupId, topic);
      const isLastBehind = this.#last?.lanes.every(([partition, { offset }]) =>
        offset <= (positions.get(partition) ?? 0)
      ) ?? true;
      if (!isLastBehind) {
        return;
      }
      await store.write(snapshot);
      this.#last = snapshot.cut;
      this.#lastAt = clock();
      this.#lookAt = this.#lastAt + snapshots.everyMs;
    } catch (error) {
      log.warn("No snapshot was written: {reason}", {
        reason: describeError(error),
      });
    } finally {
      this.#isFrozen = false;
      this.#change();
    }
  }

  #take({ partition, nextOffset, records }: ReadBatch): void {
    const { fed } = this.#timeline.lane(partition);
    this.#feed(partition, fed, { records, nextOffset });
  }

  #feed(
    partition: number,
    from: number,
    { records, nextOffset }: {
      readonly records: readonly ReceivedRecord[];
      readonly nextOffset: number;
    },
  ): void {
    const lane = this.#timeline.lane(partition);
    const { fed } = lane;
    if (from > fed || nextOffset <= fed) return;
    const entries: Fed<C>["entries"] = records
      .filter(({ offset }) => offset >= fed)
      .map((record) => ({
        offset: record.offset,
        timestampMs: record.timestampMs,
        content: this.#deps.contentOf(record),
      }));
    this.#timeline.feed(partition, { from, nextOffset, entries });
    this.#progressed.set(partition, this.#deps.clock());
    this.#change();
  }

  /** Resolves when a reader is to go on, with false if it is not any more. */
  async #wanted(partition: number): Promise<boolean> {
    while (!this.#closing.signal.aborted) {
      const lane = this.#timeline.lane(partition);
      if (this.#waiters.size > 0 && this.#needed().has(partition)) return true;
      if (lane.isOwned) return false;
      if (lane.waiting < READ_AHEAD) return true;
      await Promise.race([this.#changed.promise, sleep(LOOK_MS)]);
    }
    return false;
  }

  #change(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  #whyNot(partition: number): string {
    const { topic } = this.#deps;
    const { blocked } = this.#timeline;
    const { fed } = this.#timeline.lane(partition);
    return blocked === undefined || blocked.partitions.length === 0
      ? `The history is not as far as partition ${partition} of ${topic} yet: it is at ${fed}`
      : `What came before in partition ${
        blocked.partitions.join(", ")
      } of ${topic} is not known yet`;
  }
}
