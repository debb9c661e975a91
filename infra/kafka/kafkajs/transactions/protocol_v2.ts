import type { TransactionCoordinator } from "kafkajs/src/broker/index.js";
import { produceV12 } from "../producing/produce_v12.ts";
import {
  askFlexibly,
  lengthOf,
  NO_TAGS,
  readStructures,
} from "../wire/flexible_request.ts";
import { throwIfError } from "../wire/protocol_error.ts";
import type {
  Moved,
  TransactionalProducer,
  TransactionProtocol,
} from "./transaction_protocol.ts";

const TXN_OFFSET_COMMIT = 28;
const END_TXN = 26;
const API_VERSION = 5;

/** Whoever has the transactional id may move the position; of which membership does not matter. */
const NO_MEMBER = { generation: -1, id: "", instance: null };
const NO_LEADER_EPOCH = -1;

/**
 * At 32,766 a coordinator gives the id another producer. What it has forgotten of the last transaction's end (`forgotten_transaction.ts`)
 * could then not be told again, as that is of the producer before. So the last epochs are left to those who open the id: each opening
 * takes one or two, and the first of them tells that end again.
 */
const LAST_EPOCHS = 32_760;

/**
 * Transactions of version 2 (KIP-890), in Kafka since 4.0. A partition is part of a transaction by being written to, and a position
 * by being moved: three requests in place of five. Each end gives the producer another epoch, so that what
 * comes late can be of no other transaction than its own.
 *
 * The position goes first. A coordinator that still writes the markers of the last transaction refuses what
 * comes next; a position costs nothing to be sent again after 3 ms, where records would wait for 20 ms in the
 * broker (`add.partitions.to.txn.retry.backoff.ms`). Both at once would be worse: a broker that tells the
 * coordinator of one while it is told of the other refuses the first (`AddPartitionsToTxnManager`).
 */
export const protocolV2: TransactionProtocol = {
  produce: produceV12,
  isSpent: ({ producerEpoch }) => producerEpoch >= LAST_EPOCHS,
  async fill(coordinators, producer, { write, moved }) {
    if (moved !== undefined) {
      await coordinators.ofGroup(
        moved.groupId,
        (coordinator) => commitOffset(coordinator, producer, moved),
      );
    }
    await write();
  },
  async commit(coordinator, { transactionalId, ...producer }) {
    const next = await askFlexibly(coordinator, {
      apiKey: END_TXN,
      apiVersion: API_VERSION,
      apiName: "EndTxn",
      write: (encoder) =>
        encoder
          .writeUVarIntString(transactionalId)
          .writeInt64(producer.producerId)
          .writeInt16(producer.producerEpoch)
          .writeInt8(1), // commit
      read(decoder) {
        const clientSideThrottleTime = decoder.readInt32();
        throwIfError(decoder.readInt16());
        return {
          clientSideThrottleTime,
          producerId: decoder.readInt64().toString(),
          producerEpoch: decoder.readInt16(),
        };
      },
    });
    const { producerId, producerEpoch } = next;
    return { transactionalId, producerId, producerEpoch };
  },
};

async function commitOffset(
  coordinator: TransactionCoordinator,
  { transactionalId, producerId, producerEpoch }: TransactionalProducer,
  { groupId, position: { topic, partition, nextOffset, note } }: Moved,
): Promise<void> {
  await askFlexibly(coordinator, {
    apiKey: TXN_OFFSET_COMMIT,
    apiVersion: API_VERSION,
    apiName: "TxnOffsetCommit",
    write: (encoder) =>
      encoder
        .writeUVarIntString(transactionalId)
        .writeUVarIntString(groupId)
        .writeInt64(producerId)
        .writeInt16(producerEpoch)
        .writeInt32(NO_MEMBER.generation)
        .writeUVarIntString(NO_MEMBER.id)
        .writeUVarIntString(NO_MEMBER.instance)
        .writeUVarInt(lengthOf(1))
        .writeUVarIntString(topic)
        .writeUVarInt(lengthOf(1))
        .writeInt32(partition)
        .writeInt64(nextOffset)
        .writeInt32(NO_LEADER_EPOCH)
        .writeUVarIntString(note ?? null)
        .writeUVarInt(NO_TAGS)
        .writeUVarInt(NO_TAGS),
    read(decoder) {
      const clientSideThrottleTime = decoder.readInt32();
      readStructures(decoder, () => {
        decoder.readUVarIntString(); // the topic
        readStructures(decoder, () => {
          decoder.readInt32(); // the partition
          throwIfError(decoder.readInt16());
        });
      });
      return { clientSideThrottleTime };
    },
  });
}
