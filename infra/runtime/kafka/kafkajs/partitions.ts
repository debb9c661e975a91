import kafkajs from "kafkajs";
import type { Message, PartitionerArgs } from "kafkajs";
import { FatalError } from "../../errors.ts";
import { type OutgoingRecord, UnwritableError } from "../port.ts";
import { type NewKafka, retryPolicy } from "./new_kafka.ts";
import { toMessage } from "./records.ts";

/** Messages for one partition: one leader, one request. */
export type PartitionMessages = {
  readonly topic: string;
  readonly messages: Message[];
};

/** How long a topic's number of partitions is believed. Raising it is rare, and safe to see late. */
const BELIEVED_MS = 60_000;

const retry = retryPolicy({ firstMs: 50, maxMs: 500, times: 2 });

/**
 * Assigns records to partitions before kafkajs sees them, by the key's murmur2 as Java does.
 *
 * kafkajs may send records of several partitions with one call, but its retries keep account by
 * broker: when a leader moves to a broker that has answered, the moved partition's records are never
 * sent, and the call succeeds; and while one broker is asked again, what another still works on is
 * sent to it twice. Also its round robin for records without a key moves on with each retry, so that
 * sequence numbers meet other records. One call for one partition, fixed beforehand, has none of that.
 */
export class Partitions {
  readonly #newKafka: NewKafka;
  readonly #counts = new Map<string, { count: number; askedAt: number }>();
  readonly #choose = kafkajs.Partitioners.DefaultPartitioner();

  constructor(newKafka: NewKafka) {
    this.#newKafka = newKafka;
  }

  /** Groups records by topic and partition, keeping their order within each. */
  async group(
    records: readonly OutgoingRecord[],
  ): Promise<PartitionMessages[]> {
    const groups = new Map<string, PartitionMessages>();
    for (const record of records) {
      const { topic } = record;
      const message = toMessage(record);
      const partition = this.#choose({
        topic,
        partitionMetadata: partitionsOf(await this.#countOf(topic)),
        message,
      });
      const name = `${topic}/${partition}`;
      const group = groups.get(name) ?? { topic, messages: [] };
      groups.set(name, group);
      group.messages.push({ ...message, partition });
    }
    return [...groups.values()];
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

/** kafkajs's partitioner where every message says its partition. */
export function asAssigned() {
  return ({ topic, message }: PartitionerArgs): number => {
    if (message.partition === undefined) {
      throw new FatalError(`A message for ${topic} has no partition`);
    }
    return message.partition;
  };
}

/** What the partitioner asks of metadata: which partitions there are, all of them with a leader. */
function partitionsOf(count: number) {
  return Array.from({ length: count }, (_, partitionId) => ({
    partitionId,
    partitionErrorCode: 0,
    leader: 0,
    replicas: [],
    isr: [],
  }));
}

/**
 * Sends every group with a call of its own, and waits for all of them to end whatever becomes of the
 * first, so that nothing is under way any more when the failure is reported.
 *
 * @throws {UnwritableError} naming every topic that failed, for the cause of the first
 */
export async function sendEach(
  groups: readonly PartitionMessages[],
  send: (group: PartitionMessages) => Promise<unknown>,
): Promise<void> {
  const sent = await Promise.allSettled(groups.map(send));
  const failed = groups.filter((_, index) =>
    sent[index]?.status === "rejected"
  );
  if (failed.length === 0) return;
  const first = sent.find((one) => one.status === "rejected");
  throw new UnwritableError(
    [...new Set(failed.map(({ topic }) => topic))],
    { cause: first?.reason },
  );
}
