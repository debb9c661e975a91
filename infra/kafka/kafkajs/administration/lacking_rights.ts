/// <reference path="../patches/broker.d.ts" />
/// <reference path="../patches/decoder.d.ts" />
/// <reference path="../patches/protocol.d.ts" />
import type { Broker } from "kafkajs/src/broker/index.js";
import coordinatorTypes from "kafkajs/src/protocol/coordinatorTypes.js";
import type Decoder from "kafkajs/src/protocol/decoder.js";
import type { Operation, Right } from "../../access/rights.ts";
import type { Access } from "../../port.ts";
import { askBroker } from "../wire/broker_request.ts";
import { protocolError, throwIfError } from "../wire/protocol_error.ts";
import type { Cluster } from "../cluster.ts";
import { readBroker } from "./described_cluster.ts";
import { describeTransaction } from "../transactions/described_transaction.ts";
import { protocolType } from "../errors.ts";

/** Metadata and DescribeGroups: the first versions that tell what one may do (KIP-430), in Kafka since 2.3. */
const METADATA = { apiKey: 3, apiVersion: 8, apiName: "Metadata" };
const DESCRIBE_GROUPS = {
  apiKey: 15,
  apiVersion: 3,
  apiName: "DescribeGroups",
};
const END_TXN = { apiKey: 26, apiVersion: 1, apiName: "EndTxn" };

/** Codes of `AclOperation`; what one may do is a set of bits of these numbers. */
const BITS: Readonly<Record<Operation, number>> = {
  Read: 3,
  Write: 4,
  Create: 5,
  Alter: 7,
  Describe: 8,
  DescribeConfigs: 10,
  AlterConfigs: 11,
};

/** A broker that was not asked, or does not know, says nothing. */
const NOTHING_SAID = -(2 ** 31);

/** Of nobody, so that no transaction is ended. */
const NOBODY = { producerId: -1, producerEpoch: -1 };

const UNKNOWN_TOPIC = 3;

/**
 * Looks which rights a client lacks, without doing anything by them.
 *
 * @throws if Kafka does not answer
 */
export async function accessOf(
  cluster: Cluster,
  rights: readonly Right[],
): Promise<Access> {
  const { Topic = [], Group = [], TransactionalId = [] } = Object.groupBy(
    rights,
    ({ resource }) => resource,
  );
  const { missing, lacking } = await ofTopics(cluster, Topic);
  // Without it no coordinator is found.
  if (Group.length > 0) await cluster.refreshMetadata();
  for (const [group, its] of Map.groupBy(Group, ({ name }) => name)) {
    lacking.push(...await ofGroup(cluster, group, its));
  }
  for (const right of TransactionalId) {
    if (!await mayTransact(cluster, right)) lacking.push(right);
  }
  return { missing, lacking };
}

async function ofTopics(
  cluster: Cluster,
  rights: readonly Right[],
): Promise<{ missing: string[]; lacking: Right[] }> {
  const missing: string[] = [];
  const lacking: Right[] = [];
  const byTopic = Map.groupBy(rights, ({ name }) => name);
  if (byTopic.size === 0) return { missing, lacking };
  const topics = await askBroker(cluster.brokerPool.seedBroker, {
    ...METADATA,
    write(encoder) {
      encoder.writeInt32(byTopic.size);
      for (const topic of byTopic.keys()) encoder.writeString(topic);
      // Create no topic, say nothing of rights to the cluster, but of those to topics.
      return encoder.writeInt8(0).writeInt8(0).writeInt8(1);
    },
    read: readTopics,
  });
  for (const { name, errorCode, allowed } of topics) {
    const its = byTopic.get(name) ?? [];
    if (errorCode === UNKNOWN_TOPIC) missing.push(name);
    else lacking.push(...lackingAmong(its, errorCode, allowed));
  }
  return { missing, lacking };
}

async function ofGroup(
  cluster: Cluster,
  groupId: string,
  rights: readonly Right[],
): Promise<Right[]> {
  try {
    const coordinator = await cluster.findGroupCoordinator({
      groupId,
      coordinatorType: coordinatorTypes.GROUP,
    });
    const [group] = await askBroker(coordinator, {
      ...DESCRIBE_GROUPS,
      write: (encoder) =>
        encoder.writeInt32(1).writeString(groupId).writeInt8(1),
      read: readGroups,
    });
    const { errorCode = 0, allowed = NOTHING_SAID } = group ?? {};
    return lackingAmong(rights, errorCode, allowed);
  } catch (error) {
    if (protocolType(error) !== "GROUP_AUTHORIZATION_FAILED") throw error;
    return [...rights];
  }
}

/**
 * Of transactional ids a broker tells no rights. Whether one may write by an id is told by how it refuses to end
 * a transaction of nobody: it looks at the right first.
 */
async function mayTransact(
  cluster: Cluster,
  { operation, name, pattern }: Right,
): Promise<boolean> {
  // Of a prefix an id that a service has: the first partition's.
  const id = pattern === "prefixed" ? `${name}0` : name;
  const { seedBroker } = cluster.brokerPool;
  try {
    if (operation === "Describe") await describeTransaction(seedBroker, id);
    else await endNothing(seedBroker, id);
    return true;
  } catch (error) {
    const type = protocolType(error);
    if (type === undefined) throw error;
    return type !== "TRANSACTIONAL_ID_AUTHORIZATION_FAILED";
  }
}

async function endNothing(broker: Broker, id: string): Promise<void> {
  await askBroker(broker, {
    ...END_TXN,
    write: (encoder) =>
      encoder.writeString(id).writeInt64(NOBODY.producerId)
        .writeInt16(NOBODY.producerEpoch).writeInt8(0),
    read(decoder) {
      decoder.readInt32(); // throttle time
      throwIfError(decoder.readInt16());
    },
  });
}

function lackingAmong(
  rights: readonly Right[],
  errorCode: number,
  allowed: number,
): Right[] {
  if (errorCode !== 0) {
    const error = protocolError(errorCode);
    if (/_AUTHORIZATION_FAILED$/.test(protocolType(error) ?? "")) {
      return [...rights];
    }
    throw error;
  }
  if (allowed === NOTHING_SAID) return [];
  return rights.filter(({ operation }) =>
    (allowed & (1 << BITS[operation])) === 0
  );
}

function readTopics(decoder: Decoder) {
  decoder.readInt32(); // throttle time
  decoder.readArray(readBroker);
  decoder.readString(); // id of the cluster
  decoder.readInt32(); // id of the controller
  return decoder.readArray((topic) => {
    const errorCode = topic.readInt16();
    const name = topic.readString();
    topic.readInt8(); // whether it is Kafka's own
    topic.readArray((partition) => {
      partition.readInt16(); // error code
      partition.readInt32(); // partition
      partition.readInt32(); // leader
      partition.readInt32(); // the leader's epoch
      for (let lists = 0; lists < 3; lists++) { // replicas, in sync, offline
        partition.readArray((one) => one.readInt32());
      }
    });
    return { errorCode, name, allowed: topic.readInt32() };
  });
}

function readGroups(decoder: Decoder) {
  decoder.readInt32(); // throttle time
  return decoder.readArray((group) => {
    const errorCode = group.readInt16();
    for (let texts = 0; texts < 4; texts++) group.readString(); // id, state, type, protocol
    group.readArray((member) => {
      for (let texts = 0; texts < 3; texts++) member.readString(); // id, client, host
      member.readBytes(); // what it subscribed to
      member.readBytes(); // what it was assigned
    });
    return { errorCode, allowed: group.readInt32() };
  });
}
