import { progressIn } from "#consumer/lag.ts";
import { type HeldBack, HeldBackWatch } from "#kafka/held_back_watch.ts";
import type { KafkaAdmin } from "#kafka/port.ts";
import type { Lag, Observation, Place } from "./metrics.ts";
import { PartitionTail, type TailDeps } from "./partition_tail.ts";
import { addTypes } from "./unfinished_records.ts";

/** A group whose lag is watched, and what the money in it is called. */
export type WatchedGroup = {
  readonly group: string;
  readonly topic: string;
  readonly moneyIs?: Place;
};

type Asked = Pick<
  KafkaAdmin,
  | "describeCluster"
  | "startOffsets"
  | "endOffsets"
  | "highWatermarks"
  | "openTransaction"
  | "positions"
  | "members"
>;

type Deps = Omit<TailDeps, "topic" | "partition"> & {
  readonly admin: Asked;
  readonly groups: readonly WatchedGroup[];
  readonly deadLetterTopic: string;
  readonly atRiskOfDeadLetter: TailDeps["atRiskOf"];
  /** EventFlow's topics, of whose partitions the health is told. */
  readonly topics: readonly string[];
  /** After which an open transaction that holds readers back is told. */
  readonly heldBackMs: number;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
};

/** Looks at Kafka from the outside, so that what a group is behind is known while none of it lives. */
export class Observer {
  readonly #deps: Deps;
  readonly #tails = new Map<string, PartitionTail>();
  readonly #heldBack = new Map<string, HeldBackWatch>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** @throws {TransientError} if Kafka does not answer */
  async look(): Promise<Observation> {
    const { admin, topics, groups, deadLetterTopic } = this.#deps;
    const cluster = await admin.describeCluster(topics);
    const existing = new Set(cluster.partitions.map(({ topic }) => topic));
    const missing = topics.filter((topic) => !existing.has(topic));
    this.#forget(missing);
    const members = new Map<string, number>();
    for (const { group } of groups) {
      members.set(group, await admin.members(group));
    }
    const atRisk = new Map<Place, Sums>();
    const heldBack: HeldBack[] = [];
    const lags = await this.#lags(
      groups.filter(({ topic }) => existing.has(topic)),
      { atRisk, heldBack },
    );
    const deadLettersKept = existing.has(deadLetterTopic)
      ? await this.#deadLetters(atRisk)
      : 0;
    const unreadable = this.#unreadable();
    return {
      cluster,
      missing,
      members,
      lags,
      atRisk,
      deadLettersKept,
      heldBack,
      unreadable,
    };
  }

  /** A topic that is gone, and made anew, begins at 0 again. */
  #forget(missing: readonly string[]): void {
    for (const topic of missing) {
      this.#heldBack.delete(topic);
      for (const [name, tail] of this.#tails) {
        if (tail.topic !== topic) continue;
        tail.stop();
        this.#tails.delete(name);
      }
    }
  }

  /** How many partitions of each topic cannot be read to their ends. */
  #unreadable(): Map<string, number> {
    const counts = new Map(this.#deps.topics.map((topic) => [topic, 0]));
    for (const { topic, unreadable } of this.#tails.values()) {
      if (unreadable === undefined) continue;
      counts.set(topic, (counts.get(topic) ?? 0) + 1);
    }
    return counts;
  }

  async #lags(
    groups: readonly WatchedGroup[],
    { atRisk, heldBack }: {
      atRisk: Map<Place, Sums>;
      heldBack: HeldBack[];
    },
  ): Promise<Lag[]> {
    const { admin, deadLetterTopic } = this.#deps;
    const lags: Lag[] = [];
    for (const [topic, its] of Map.groupBy(groups, ({ topic }) => topic)) {
      const starts = await admin.startOffsets(topic);
      const groupsAt = await Promise.all(its.map(async (watched) => ({
        ...watched,
        positions: await admin.positions(watched.group, topic),
      })));
      // Last, so that no group is ahead of the end.
      const readable = await admin.endOffsets(topic);
      const ends = await admin.highWatermarks(topic);
      const held = await this.#watchOf(topic).look(
        new Map([...ends].map(([partition, written]) => [
          partition,
          { readable: readable.get(partition) ?? 0, written },
        ])),
      );
      heldBack.push(...held);
      for (const [partition, end] of ends) {
        const heldMs = held.find((one) => one.partition === partition)?.forMs;
        const each = groupsAt.map(({ positions, ...watched }) => ({
          ...watched,
          ...progressIn(partition, { starts, end, positions }),
        }));
        const tail = this.#tailOf(topic, partition);
        // Dead letters count for as long as they are kept, whoever has read them.
        const positions = topic === deadLetterTopic
          ? [starts.get(partition) ?? 0]
          : each.map(({ position }) => position);
        tail.follow(Math.min(...positions));
        for (const { group, position, lag, moneyIs } of each) {
          const { oldestMs, types } = tail.behind(position);
          lags.push({
            group,
            topic,
            partition,
            records: lag,
            seconds: oldestMs === undefined
              ? (lag > 0 ? heldMs ?? 0 : 0) / 1000
              : Math.max(0, this.#deps.clock() - oldestMs) / 1000,
          });
          if (moneyIs !== undefined) {
            addTypes(sumsOf(atRisk, moneyIs), types);
          }
        }
      }
    }
    return lags;
  }

  async #deadLetters(
    atRisk: Map<Place, Sums>,
  ): Promise<number> {
    const { admin, deadLetterTopic } = this.#deps;
    const starts = await admin.startOffsets(deadLetterTopic);
    let kept = 0;
    for (const [partition, start] of starts) {
      const tail = this.#tailOf(deadLetterTopic, partition);
      tail.follow(start);
      const { types, records } = tail.behind(start);
      addTypes(sumsOf(atRisk, "dead_letters"), types);
      kept += records;
    }
    return kept;
  }

  #watchOf(topic: string): HeldBackWatch {
    const known = this.#heldBack.get(topic);
    if (known !== undefined) return known;
    const { admin, heldBackMs: afterMs } = this.#deps;
    const watch = new HeldBackWatch({ admin, topic, afterMs });
    this.#heldBack.set(topic, watch);
    return watch;
  }

  #tailOf(
    topic: string,
    partition: number,
  ): PartitionTail {
    const name = `${topic}/${partition}`;
    const known = this.#tails.get(name);
    if (known !== undefined) return known;
    const { deadLetterTopic, atRiskOf, atRiskOfDeadLetter } = this.#deps;
    const tail = new PartitionTail({
      ...this.#deps,
      topic,
      partition,
      atRiskOf: topic === deadLetterTopic ? atRiskOfDeadLetter : atRiskOf,
    });
    this.#tails.set(name, tail);
    return tail;
  }
}

type Sums = Parameters<typeof addTypes>[0];

function sumsOf(sums: Map<Place, Sums>, place: Place): Sums {
  const known = sums.get(place);
  if (known !== undefined) return known;
  const fresh: Sums = new Map();
  sums.set(place, fresh);
  return fresh;
}
