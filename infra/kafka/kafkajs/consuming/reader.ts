import { sleep } from "#runtime/backoff.ts";
import type { OffsetRange, ReadBatch, ReadOptions } from "../../port.ts";
import { type Cluster, isolation, offsetsOf, openCluster } from "../cluster.ts";
import { denialIn } from "../administration/denials.ts";
import { translate } from "../errors.ts";
import { type NewKafka, retryPolicy } from "../new_kafka.ts";
import { recordsBehind } from "./fetch.ts";
import { type FetchedRecords, nothingFetched } from "./fetched_records.ts";
import { readBatch } from "./read_batch.ts";

const retry = retryPolicy({ firstMs: 50, maxMs: 500, times: 4 });

/** Bytes of a fetch. One further fetch is held ready. */
const FETCH_BYTES = 4 * 1024 * 1024;
const FETCH_WAIT_MS = 250;
const GIVE_UP_AFTER_MS = 30_000;
const TRY_AGAIN_MS = 250;

/** What tells the time, and waits. */
type Time = {
  /** Milliseconds that never go back. */
  readonly clock: () => number;
  readonly wait: typeof sleep;
};

/**
 * Reads ranges of a topic, one after the other, by asking each partition's leader for the next bytes.
 * A consumer of kafkajs only reads as the member of a group, which costs a join, leaves a group behind,
 * asks for the right to it, and reads on when it should wait.
 */
export async function* readRanges(
  newKafka: NewKafka,
  { topic, ranges, signal }: ReadOptions,
  time: Time = { clock: () => performance.now(), wait: sleep },
): AsyncGenerator<ReadBatch> {
  const cluster = await open(newKafka, topic).catch((error) => {
    throw translate(`Cannot read ${topic}`, error);
  });
  try {
    for (const range of ranges) {
      const fetcher = new PartitionFetcher(cluster, { topic, range, time });
      yield* readRange(fetcher, signal);
    }
  } finally {
    await cluster.disconnect().catch(() => {});
  }
}

async function open(newKafka: NewKafka, topic: string): Promise<Cluster> {
  const cluster = await openCluster(newKafka(retry), isolation.readCommitted);
  try {
    await cluster.addTargetTopic(topic);
    return cluster;
  } catch (error) {
    await cluster.disconnect().catch(() => {});
    throw error;
  }
}

async function* readRange(
  fetcher: PartitionFetcher,
  signal: AbortSignal | undefined,
): AsyncGenerator<ReadBatch> {
  const { from, to } = fetcher.range;
  let next = from;
  let ahead: Promise<ReadBatch> | undefined;
  while (next < to) {
    signal?.throwIfAborted();
    const batch = await (ahead ?? fetcher.fetch(next, signal));
    next = batch.nextOffset;
    if (batch.unreadable !== undefined) return yield batch;
    ahead = next < to ? fetcher.fetch(next, signal) : undefined;
    // Whoever stops reading does not ask for what comes next, nor for why it failed.
    ahead?.catch(() => {});
    yield batch;
  }
}

class PartitionFetcher {
  readonly range: OffsetRange;
  readonly #cluster: Cluster;
  readonly #topic: string;
  readonly #time: Time;

  constructor(
    cluster: Cluster,
    { topic, range, time }: {
      readonly topic: string;
      readonly range: OffsetRange;
      readonly time: Time;
    },
  ) {
    this.#cluster = cluster;
    this.#topic = topic;
    this.#time = time;
    this.range = range;
  }

  /**
   * What comes next; through changes of the leader and the like, within the time to give up. That begins with
   * the first failure: the first answer may have waited for work of this program's own.
   */
  async fetch(offset: number, signal?: AbortSignal): Promise<ReadBatch> {
    const { clock, wait } = this.#time;
    let deadline: number | undefined;
    for (;;) {
      try {
        const fetched = await this.#askTwice(offset);
        if (!isOutOfRange(fetched)) {
          return readBatch(fetched, this.range, offset);
        }
        // Retention has removed what is asked for, or an election of an unclean leader.
        const start = await this.#start();
        if (start > offset) {
          const from = Math.min(start, this.range.to);
          return readBatch(nothingFetched, this.range, from);
        }
        throw new Error(`The log does not have offset ${offset}`);
      } catch (error) {
        const isDenied = denialIn(error) !== undefined;
        deadline ??= clock() + GIVE_UP_AFTER_MS;
        if (isDenied || signal?.aborted || clock() > deadline) {
          const coordinates =
            `${this.#topic}/${this.range.partition}/${offset}`;
          throw translate(`Cannot read from ${coordinates} on`, error);
        }
        await wait(TRY_AGAIN_MS, signal);
        await this.#cluster.refreshMetadata().catch(() => {});
      }
    }
  }

  /** What cannot be read is asked for once more: bytes can be spoilt on their way too. */
  async #askTwice(offset: number): Promise<FetchedRecords> {
    const fetched = await this.#ask(offset);
    return fetched.unreadable === undefined ? fetched : await this.#ask(offset);
  }

  async #ask(offset: number): Promise<FetchedRecords> {
    const { partition } = this.range;
    const metadata = this.#cluster.findTopicPartitionMetadata(this.#topic)
      .find(({ partitionId }) => partitionId === partition);
    if (metadata === undefined) throw new Error("The partition is not known");
    const leader = await this.#cluster.findBroker({ nodeId: metadata.leader });
    const { responses } = await leader.fetch({
      maxWaitTime: FETCH_WAIT_MS,
      maxBytes: FETCH_BYTES,
      topics: [{
        topic: this.#topic,
        partitions: [{
          partition,
          fetchOffset: String(offset),
          maxBytes: FETCH_BYTES,
        }],
      }],
    });
    const messages = responses[0]?.partitions[0]?.messages;
    return messages === undefined ? nothingFetched : recordsBehind(messages);
  }

  async #start(): Promise<number> {
    const starts = await offsetsOf(this.#cluster, this.#topic, {
      fromBeginning: true,
    });
    return starts.get(this.range.partition) ?? 0;
  }
}

function isOutOfRange({ unreadable }: FetchedRecords): boolean {
  return unreadable?.reason === "position_impossible";
}
