import { Buffer } from "node:buffer";
import { headers } from "#contracts/headers.ts";
import type { TopicContract } from "#contracts/topics.ts";
import { header } from "#kafka/headers.ts";
import type {
  KafkaClient,
  OutgoingRecord,
  ReceivedRecord,
} from "#kafka/port.ts";
import type { Bench } from "./bench.ts";
import { type Broker, freshId } from "./broker.ts";
import {
  eventMaker,
  type EventOptions,
  type LoadEvent,
} from "./load/events.ts";

/** Records that are acknowledged together, at most. */
const BATCH_RECORDS = 2_000;
const BATCH_BYTES = 1_000_000;

export type Backlog = {
  readonly topic: string;
  /** Records that are written now. */
  readonly count: number;
  /** Records that were written before, of the same maker. */
  readonly from?: number;
  /** Asked for each event once, in order. */
  readonly make: (index: number) => LoadEvent;
};

/**
 * Makes a topic that is as its contract has it, and fills it with events of a run of their own.
 *
 * @returns the topic
 */
export async function freshBacklog(
  { say, stopping }: Pick<Bench, "say" | "stopping">,
  { kafka, freshTopic }: Pick<Broker, "kafka" | "freshTopic">,
  contract: TopicContract,
  { count, partitions, ...events }:
    & { readonly count: number; readonly partitions?: number }
    & Pick<EventOptions, "payments" | "bytes" | "hasParties">,
): Promise<string> {
  say(`Writing ${count} events …`);
  const topic = await freshTopic(contract, partitions);
  const make = eventMaker({ run: freshId(), ...events });
  await writeBacklog(kafka, { topic, count, make }, stopping);
  return topic;
}

/** Writes events into a topic as the intake does, but in large batches. */
export async function writeBacklog(
  kafka: KafkaClient,
  backlog: Backlog,
  stopping?: AbortSignal,
): Promise<void> {
  await sendAll(kafka, batchesOf(backlog), stopping);
}

/**
 * Sends one batch after the other. The next one is asked for while the one before is under way.
 *
 * @returns seconds from the first record that is sent to the last that is acknowledged
 */
export async function sendAll(
  kafka: KafkaClient,
  batches: Iterable<OutgoingRecord[]> | AsyncIterable<OutgoingRecord[]>,
  stopping?: AbortSignal,
): Promise<number> {
  const sender = kafka.sender();
  const began = performance.now();
  let underWay = Promise.resolve();
  try {
    for await (const batch of batches) {
      await underWay;
      stopping?.throwIfAborted();
      underWay = sender.send(batch);
      // Seen below, however long the next batch takes to come.
      underWay.catch(() => {});
    }
    await underWay;
    return (performance.now() - began) / 1_000;
  } finally {
    await underWay.catch(() => {});
    await sender.close();
  }
}

/** The records of a backlog, cut where a batch is full. */
export function* batchesOf(
  { topic, count, from = 0, make }: Backlog,
): Generator<OutgoingRecord[]> {
  let batch: OutgoingRecord[] = [];
  let bytes = 0;
  for (let index = from; index < from + count; index++) {
    const { paymentId, json } = make(index);
    const value = Buffer.from(json);
    const isFull = batch.length === BATCH_RECORDS ||
      bytes + value.length > BATCH_BYTES;
    if (isFull && batch.length > 0) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push({
      topic,
      key: Buffer.from(paymentId),
      value,
      headers: [header(headers.receivedAt, String(Date.now())), provider],
    });
    bytes += value.length;
  }
  if (batch.length > 0) yield batch;
}

/** Everything committed in a topic, partition by partition. */
export async function* readAll(
  { kafka, admin }: Pick<Broker, "kafka" | "admin">,
  topic: string,
  signal?: AbortSignal,
): AsyncGenerator<readonly ReceivedRecord[]> {
  const ranges = [...await admin.endOffsets(topic)]
    .map(([partition, to]) => ({ partition, from: 0, to }));
  for await (const { records } of kafka.read({ topic, ranges, signal })) {
    yield records;
  }
}

const provider = header(headers.provider, "bench-provider");
