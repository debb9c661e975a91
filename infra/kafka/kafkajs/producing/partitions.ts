import { sleep } from "#runtime/backoff.ts";
import type { OutgoingRecord } from "../../port.ts";
import { UnwritableError } from "../../write_errors.ts";
import { murmur2 } from "../wire/murmur2.ts";
import { type NewKafka, retryPolicy } from "../new_kafka.ts";

/** Records for one partition, in order. */
export type PartitionRecords = {
  readonly topic: string;
  readonly partition: number;
  readonly records: OutgoingRecord[];
};

/** A topic's number of partitions is asked for anew after this long. Records do not wait for the answer. */
const ASK_AFTER_MS = 10_000;

/**
 * What is known for longer, as after a quiet time, is not gone by before the brokers have had a moment to
 * answer. Past it records go by what is known: a broker that hangs is to hold them up only once.
 */
const BELIEVED_MS = 20_000;
const MOMENT_MS = 500;

type Known = { readonly count: number; readonly knownAt: number };

const retry = retryPolicy({ firstMs: 50, maxMs: 500, times: 2 });

/** Assigns records to the partitions of their topics as Java does: by the key, and in turn if there is none. */
export class Partitions {
  readonly #newKafka: NewKafka;
  readonly #clock: () => number;
  readonly #counts = new Map<string, Known>();
  /** When a topic was asked about again, and until the answer is there. */
  readonly #asking = new Map<string, { at: number; answer?: Promise<void> }>();
  #turn = 0;

  /** @param clock milliseconds that never go back */
  constructor(newKafka: NewKafka, clock = () => performance.now()) {
    this.#newKafka = newKafka;
    this.#clock = clock;
  }

  /**
   * Groups records by topic and partition, keeping their order within each.
   *
   * @throws {UnwritableError} if Kafka does not know a topic
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
    const now = this.#clock();
    if (now - known.knownAt <= ASK_AFTER_MS) return known.count;
    const answer = this.#askAgain(topic, now);
    if (now - known.knownAt <= BELIEVED_MS || answer === undefined) {
      return known.count;
    }
    const answered = new AbortController();
    answer.then(() => answered.abort());
    await sleep(MOMENT_MS, answered.signal);
    return this.#counts.get(topic)?.count ?? known.count;
  }

  /** @returns settled with the answer, or without one; undefined if none is under way */
  #askAgain(topic: string, now: number): Promise<void> | undefined {
    const last = this.#asking.get(topic);
    if (last !== undefined && now - last.at <= ASK_AFTER_MS) return last.answer;
    const asking: { at: number; answer?: Promise<void> } = { at: now };
    this.#asking.set(topic, asking);
    asking.answer = this.#ask(topic).then(() => {}, () => {})
      .finally(() => delete asking.answer);
    return asking.answer;
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
      this.#counts.set(topic, { count, knownAt: this.#clock() });
      return count;
    } finally {
      await admin.disconnect().catch(() => {});
    }
  }
}
