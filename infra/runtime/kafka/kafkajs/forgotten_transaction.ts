import coordinatorTypes from "kafkajs/src/protocol/coordinatorTypes.js";
import { sleep } from "../../backoff.ts";
import type { TransactionScope } from "../port.ts";
import { type Cluster, isolation, openCluster } from "./cluster.ts";
import { describeTransaction } from "./described_transaction.ts";
import { protocolType } from "./errors.ts";
import type { NewKafka } from "./new_kafka.ts";

/** How a transaction ends, by what Kafka says of it; one that is open is aborted as its id is opened. */
const commits = new Map([
  ["PrepareCommit", true],
  ["CompleteCommit", true],
  ["Ongoing", false],
  ["PrepareEpochFence", false],
  ["PrepareAbort", false],
  ["CompleteAbort", false],
]);

/** What passes within milliseconds, as a rule: a coordinator moves, or still ends the last transaction. */
const passing = new Set([
  "CONCURRENT_TRANSACTIONS",
  "GROUP_COORDINATOR_NOT_AVAILABLE",
  "GROUP_LOAD_IN_PROGRESS",
  "NOT_COORDINATOR_FOR_GROUP",
]);
const TRY_AGAIN_MS = 20;
const TRY_FOR_MS = 5_000;

/** Longer than this one is open by far. */
const TIMEOUT_MS = 10_000;

/**
 * Ends the last transaction of an id once more, wherever it may have written: as a transaction of the
 * id's next producer that writes nothing, and is committed or aborted as that one was.
 *
 * A transaction ends by a marker in each of its partitions. In 4.3 a coordinator takes a partition
 * without a leader for a deleted one: it forgets the marker and calls the transaction complete
 * (KAFKA-20734). A lone broker that is killed and comes back does so, having no leaders for a moment.
 * Then what was written has no end, the group's position is as before, its next owner writes the same
 * again, and one marker commits both. An end told twice changes nothing where it was told already.
 */
export async function endForgotten(
  newKafka: NewKafka,
  retry: Parameters<NewKafka>[0],
  transactionalId: string,
  scope: TransactionScope,
): Promise<void> {
  const cluster = await openCluster(newKafka(retry), isolation.readCommitted);
  try {
    const topics = await partitionsOf(cluster, scope.topics);
    const last = await patiently(() => takeOver(cluster, transactionalId));
    if (last === undefined) return;
    const { coordinator, producer, transactionResult } = last;
    const { groupId } = scope;
    await coordinator.addPartitionsToTxn({ ...producer, topics });
    await coordinator.addOffsetsToTxn({ ...producer, groupId });
    await coordinator.endTxn({ ...producer, transactionResult });
  } finally {
    await cluster.disconnect().catch(() => {});
  }
}

/** The partitions of topics, but for topics that are gone: there is nothing left to end in those. */
async function partitionsOf(cluster: Cluster, topics: readonly string[]) {
  const found = [];
  for (const topic of topics) {
    try {
      await cluster.addTargetTopic(topic);
    } catch (error) {
      if (protocolType(error) === "UNKNOWN_TOPIC_OR_PARTITION") continue;
      throw error;
    }
    const partitions = cluster.findTopicPartitionMetadata(topic)
      .map(({ partitionId }) => partitionId);
    found.push({ topic, partitions });
  }
  return found;
}

/** Asks how the last transaction ends and, where there was one, fences whoever made it. */
async function takeOver(cluster: Cluster, transactionalId: string) {
  const coordinator = await cluster.findGroupCoordinator({
    groupId: transactionalId,
    coordinatorType: coordinatorTypes.TRANSACTION,
  });
  const state = await describeTransaction(coordinator, transactionalId);
  const transactionResult = commits.get(state ?? "");
  if (transactionResult === undefined) return undefined;
  const { producerId, producerEpoch } = await coordinator.initProducerId({
    transactionalId,
    transactionTimeout: TIMEOUT_MS,
  });
  const producer = { transactionalId, producerId, producerEpoch };
  return { coordinator, producer, transactionResult };
}

async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + TRY_FOR_MS;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const mayPass = passing.has(protocolType(error) ?? "");
      if (!mayPass || performance.now() > deadline) throw error;
      await sleep(TRY_AGAIN_MS);
    }
  }
}
