/// <reference path="#kafka/kafkajs/patches/broker.d.ts" />
/// <reference path="#kafka/kafkajs/patches/decoder.d.ts" />
/**
 * For scenarios in which leaders move while every broker goes on.
 *
 * @module
 */
import kafkajs from "kafkajs";
import type { Broker } from "kafkajs/src/broker/index.js";
import type Decoder from "kafkajs/src/protocol/decoder.js";
import { askBroker } from "#kafka/kafkajs/wire/broker_request.ts";
import { throwIfError } from "#kafka/kafkajs/wire/protocol_error.ts";
import { isolation, openCluster } from "#kafka/kafkajs/cluster.ts";
import { retryPolicy } from "#kafka/kafkajs/new_kafka.ts";

/** ElectLeaders, version 1, in Kafka since 2.4 (KIP-460); kafkajs does not know it. */
const API_KEY = 43;
const API_VERSION = 1;
const PREFERRED = 0;
const ELECTED_WITHIN_MS = 5_000;

export type TopicPartition = {
  readonly topic: string;
  readonly partition: number;
};

/** Node ids of brokers. */
export type Move = { readonly from: number; readonly to: number };

/**
 * Moves the leader of a partition to the next of its replicas that is in sync: makes that one the
 * preferred leader, by a reassignment that changes the replicas' order alone, and has it elected.
 *
 * @param brokers host:port of brokers to ask
 * @throws if there is no such replica, or Kafka refuses or does not answer: it may be tried again
 */
export async function moveLeader(
  brokers: readonly string[],
  coordinates: TopicPartition,
): Promise<Move> {
  const { topic, partition } = coordinates;
  const retry = retryPolicy({ firstMs: 100, maxMs: 500, times: 2 });
  const kafka = new kafkajs.Kafka({
    brokers: [...brokers],
    requestTimeout: ELECTED_WITHIN_MS,
    retry,
    logLevel: kafkajs.logLevel.NOTHING,
  });
  const admin = kafka.admin({ retry });
  try {
    await admin.connect();
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    const found = topics[0]?.partitions
      .find(({ partitionId }) => partitionId === partition);
    if (found === undefined) {
      throw new Error(`Kafka knows no partition ${partition} of ${topic}`);
    }
    const { leader, replicas, isr } = found;
    const next = following(replicas, leader)
      .find((replica) => isr.includes(replica));
    if (next === undefined) {
      throw new Error(
        `No other replica of partition ${partition} of ${topic} is in sync`,
      );
    }
    await admin.alterPartitionReassignments({
      topics: [{
        topic,
        partitionAssignment: [
          { partition, replicas: [next, ...following(replicas, next)] },
        ],
      }],
    });
    const cluster = await openCluster(kafka, isolation.readCommitted);
    try {
      // Any broker passes it on to the controller.
      await elect(cluster.brokerPool.seedBroker, coordinates);
    } finally {
      await cluster.disconnect();
    }
    return { from: leader, to: next };
  } finally {
    await admin.disconnect().catch(() => {});
  }
}

/** The others in turn, from the one behind `first`. */
function following(replicas: readonly number[], first: number): number[] {
  const at = replicas.indexOf(first);
  return [...replicas.slice(at + 1), ...replicas.slice(0, Math.max(0, at))];
}

/** Has a partition's preferred replica elected. */
async function elect(
  broker: Pick<Broker, "connectionPool">,
  { topic, partition }: TopicPartition,
): Promise<void> {
  throwIfError(
    await askBroker(broker, {
      apiKey: API_KEY,
      apiVersion: API_VERSION,
      apiName: "ElectLeaders",
      write: (encoder) =>
        encoder
          .writeInt8(PREFERRED)
          .writeInt32(1) // topics
          .writeString(topic)
          .writeInt32(1) // partitions
          .writeInt32(partition)
          .writeInt32(ELECTED_WITHIN_MS),
      read,
    }),
  );
}

/** The first error code of the answer: its own, else that of the one partition that was asked about. */
function read(decoder: Decoder): number {
  decoder.readInt32(); // throttle time
  const errorCode = decoder.readInt16();
  const partitions = decoder.readArray((topic) => {
    topic.readString();
    return topic.readArray((partition) => {
      partition.readInt32();
      const errorCode = partition.readInt16();
      partition.readString(); // what there is to say of the error
      return errorCode;
    });
  }).flat();
  return errorCode || (partitions[0] ?? 0);
}
