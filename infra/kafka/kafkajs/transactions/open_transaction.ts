/// <reference path="../patches/broker.d.ts" />
import type { Broker } from "kafkajs/src/broker/index.js";
import coordinatorTypes from "kafkajs/src/protocol/coordinatorTypes.js";
import type { OpenTransaction } from "../../port.ts";
import type { Cluster } from "../cluster.ts";
import { describeTransaction } from "./described_transaction.ts";
import { throwIfError } from "../wire/protocol_error.ts";
import {
  askFlexibly,
  lengthOf,
  NO_TAGS,
  readStructures,
} from "../wire/flexible_request.ts";

/** DescribeProducers and ListTransactions, version 0, in Kafka since 2.8 and 3.0 (KIP-664). */
const DESCRIBE_PRODUCERS = 61;
const LIST_TRANSACTIONS = 66;

type TopicPartition = { readonly topic: string; readonly partition: number };

/** The transaction that holds the readers of a partition back: of those without an end the first. */
export async function openTransactionIn(
  cluster: Cluster,
  { topic, partition }: TopicPartition,
): Promise<OpenTransaction | undefined> {
  await cluster.addTargetTopic(topic);
  const found = cluster.findTopicPartitionMetadata(topic)
    .find(({ partitionId }) => partitionId === partition);
  if (found === undefined) return undefined;
  const leader = await cluster.findBroker({ nodeId: found.leader });
  const producers = await producersOf(leader, { topic, partition });
  const [first] = producers.filter(({ startOffset }) => startOffset >= 0)
    .sort((a, b) => a.startOffset - b.startOffset);
  if (first === undefined) return undefined;
  const { lastWroteMs, ...producer } = first;
  const known = await transactionOf(cluster, producer.producerId);
  return {
    ...producer,
    transactionalId: known?.transactionalId,
    sinceMs: known?.begunMs ?? lastWroteMs,
  };
}

/** Who has written to a partition of late; a negative start is of one that has no transaction open. */
async function producersOf(
  leader: Pick<Broker, "connectionPool">,
  { topic, partition }: TopicPartition,
) {
  const [found] = await askFlexibly(leader, {
    apiKey: DESCRIBE_PRODUCERS,
    apiVersion: 0,
    apiName: "DescribeProducers",
    write: (encoder) =>
      encoder
        .writeUVarInt(lengthOf(1))
        .writeUVarIntString(topic)
        .writeUVarInt(lengthOf(1))
        .writeInt32(partition)
        .writeUVarInt(NO_TAGS),
    read(decoder) {
      decoder.readInt32(); // throttle time
      return readStructures(decoder, () => {
        decoder.readUVarIntString(); // the topic
        return readStructures(decoder, () => {
          decoder.readInt32(); // the partition
          const errorCode = decoder.readInt16();
          decoder.readUVarIntString(); // the error's message
          const producers = readStructures(decoder, () => {
            const producerId = decoder.readInt64().toString();
            decoder.readInt32(); // epoch
            decoder.readInt32(); // last sequence
            const lastWroteMs = Number(decoder.readInt64().toString());
            decoder.readInt32(); // epoch of the coordinator
            const startOffset = Number(decoder.readInt64().toString());
            return { producerId, lastWroteMs, startOffset };
          });
          return { errorCode, producers };
        });
      }).flat();
    },
  });
  throwIfError(found?.errorCode ?? 0);
  return found?.producers ?? [];
}

/** Each broker knows of the transactional ids that it coordinates. */
async function transactionOf(
  cluster: Cluster,
  producerId: string,
): Promise<{ transactionalId: string; begunMs: number } | undefined> {
  for (const nodeId of Object.keys(cluster.brokerPool.brokers)) {
    const broker = await cluster.findBroker({ nodeId: Number(nodeId) });
    const [transactionalId] = await idsOf(broker, producerId);
    if (transactionalId === undefined) continue;
    const coordinator = await cluster.findGroupCoordinator({
      groupId: transactionalId,
      coordinatorType: coordinatorTypes.TRANSACTION,
    });
    const last = await describeTransaction(coordinator, transactionalId);
    return last !== undefined && last.begunMs >= 0
      ? { transactionalId, begunMs: last.begunMs }
      : undefined;
  }
  return undefined;
}

async function idsOf(
  broker: Pick<Broker, "connectionPool">,
  producerId: string,
): Promise<string[]> {
  const anyState = lengthOf(0);
  return await askFlexibly(broker, {
    apiKey: LIST_TRANSACTIONS,
    apiVersion: 0,
    apiName: "ListTransactions",
    write: (encoder) =>
      encoder.writeUVarInt(anyState).writeUVarInt(lengthOf(1)).writeInt64(
        producerId,
      ),
    read(decoder) {
      decoder.readInt32(); // throttle time
      throwIfError(decoder.readInt16());
      for (let left = decoder.readUVarInt(); left > 1; left--) {
        decoder.readUVarIntString(); // a state it does not know
      }
      return readStructures(decoder, () => {
        const transactionalId = decoder.readUVarIntString() ?? "";
        decoder.readInt64(); // the producer's id
        decoder.readUVarIntString(); // state
        return transactionalId;
      });
    },
  });
}
