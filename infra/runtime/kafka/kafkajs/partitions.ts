import type { OutgoingRecord } from "../port.ts";
import { UnwritableError } from "../write_errors.ts";
import { murmur2 } from "./murmur2.ts";
import { type NewKafka, retryPolicy } from "./new_kafka.ts";

/** Records for one partition, in order. */
export type PartitionRecords = {
  readonly topic: string;
  readonly partition: number;
  readonly records: OutgoingRecord[];
};

/** How long a topic's number of partitions is believed. Raising it is rare, and safe to see late. */
const BELIEVED_MS = 60_000;

const retry = retryPolicy({ firstMs: 50, maxMs: 500, times: 2 });

/** Assigns records to the partitions of their topics as Java does: by the key, and in turn where there is none. */
export class Partitions {
  readonly #newKafka: NewKafka;
  readonly #counts = new Map<string, { count: number; askedAt: number }>();
  #turn = 0;

  constructor(newKafka: NewKafka) {
    this.#newKafka = newKafka;
  }

  /**
   * Groups records by topic and partition, keeping their order within each.
   *
   * @throws {UnwritableError} where Kafka does not know a topic
   */
  async group(
    records: readonly OutgoingRecord[],
  ): Promise<PartitionRecords[]> {
    const groups = new Map<string, (PartitionRecords | undefined)[]>();
    for (const record of records) {
      const { topic, key } = record;
      let ofTopic = groups.get(topic);
      if (ofTopic === undefined) {
        ofTopic = new Array(await this.#countOf(topic)).fill(undefined);
        groups.set(topic, ofTopic);
      }
      const hash = key === null ? this.#turn++ : murmur2(key);
      const partition = (hash & 0x7fffffff) % ofTopic.length;
      const group = ofTopic[partition];
      if (group !== undefined) group.records.push(record);
      else ofTopic[partition] = { topic, partition, records: [record] };
    }
    return [...groups.values()].flatMap((ofTopic) =>
      ofTopic.flatMap((group) => group ?? [])
    );
  }

  async #countOf(topic: string): Promise<number> {
    const known = this.#counts.get(topic);
    if (known === undefined) return await this.#ask(topic);
    if (Date.now() - known.askedAt > BELIEVED_MS) {
      known.askedAt = Date.now();
      // In its own time: records do not wait for a number that hardly ever changes.
      this.#ask(topic).catch(() => {});
    }
    return known.count;
  }

  async #ask(topic: string): Promise<number> {
    const admin = this.#newKafka(retry).admin({ retry });
    try {
      await admin.connect();
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
        .catch((cause) => {
          throw new UnwritableError([topic], { cause });
        });
      const count = topics[0]?.partitions.length ?? 0;
      if (count === 0) {
        const cause = new Error("it has no partitions");
        throw new UnwritableError([topic], { cause });
      }
      this.#counts.set(topic, { count, askedAt: Date.now() });
      return count;
    } finally {
      await admin.disconnect().catch(() => {});
    }
  }
}
