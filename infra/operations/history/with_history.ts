/**
 * Kafka as it was before retention removed records: what a topic has not any more is read from the history.
 *
 * @module
 */
import type { TopicId } from "#contracts/topics.ts";
import type {
  KafkaAdmin,
  KafkaClient,
  OffsetRange,
  ReadBatch,
  ReadOptions,
} from "#kafka/port.ts";
import type { History } from "./history.ts";
import { firstOffsets, readRecords } from "./records.ts";
import { type KeptTopic, keptTopics } from "./tables.ts";

type Reading = Pick<KafkaClient, "read" | "admin">;

/** For whoever reads topics from their beginning: of topics that are kept, that is the history's. */
export class KafkaWithHistory implements Reading {
  /** How many records were read from the history. */
  records = 0;
  readonly #kafka: Reading;
  readonly #history: History;
  readonly #kept: ReadonlyMap<string, KeptTopic>;

  constructor(
    kafka: Reading,
    history: History,
    topics: Readonly<Record<TopicId, string>>,
  ) {
    this.#kafka = kafka;
    this.#history = history;
    this.#kept = new Map(keptTopics.map((id) => [topics[id], id]));
  }

  async *read(options: ReadOptions): AsyncGenerator<ReadBatch> {
    const { topic, ranges } = options;
    const id = this.#kept.get(topic);
    if (id === undefined) return yield* this.#kafka.read(options);
    const admin = await this.#kafka.admin();
    const starts = await admin.startOffsets(topic)
      .finally(() => admin.close());
    for (const range of ranges) {
      const start = starts.get(range.partition) ?? 0;
      const [from, to] = [
        Math.max(range.from, start),
        Math.min(range.to, start),
      ];
      if (range.from < to) {
        yield* this.#past(id, { ...range, topic, to }, options.signal);
      }
      if (from < range.to) {
        yield* this.#kafka.read({ ...options, ranges: [{ ...range, from }] });
      }
    }
  }

  async admin(): Promise<KafkaAdmin> {
    const admin = await this.#kafka.admin();
    return {
      ...admin,
      startOffsets: async (topic) =>
        await this.#earlier(topic, await admin.startOffsets(topic)),
      offsetsAt: async (topic, timeMs) =>
        await this.#earlier(
          topic,
          await admin.offsetsAt(topic, timeMs),
          timeMs,
        ),
    };
  }

  async *#past(
    id: KeptTopic,
    range: OffsetRange & { readonly topic: string },
    signal: AbortSignal | undefined,
  ): AsyncGenerator<ReadBatch> {
    const { partition } = range;
    for await (const records of readRecords(this.#history, id, range)) {
      signal?.throwIfAborted();
      const last = records.at(-1);
      if (last === undefined) continue;
      this.records += records.length;
      yield { partition, records, gaps: [], nextOffset: last.offset + 1 };
    }
  }

  /** The lesser of what the topic says and what the history has, from a time on if one is given. */
  async #earlier(
    topic: string,
    ofTopic: ReadonlyMap<number, number>,
    sinceMs?: number,
  ): Promise<ReadonlyMap<number, number>> {
    const id = this.#kept.get(topic);
    if (id === undefined) return ofTopic;
    const firsts = await firstOffsets(this.#history, id, { topic, sinceMs });
    return new Map(
      [...ofTopic].map(([partition, offset]) => [
        partition,
        Math.min(offset, firsts.get(partition) ?? offset),
      ]),
    );
  }
}
