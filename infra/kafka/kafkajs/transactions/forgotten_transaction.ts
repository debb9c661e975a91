import type { TransactionCoordinator } from "kafkajs/src/broker/index.js";
import type { TransactionScope } from "../../port.ts";
import { UnwritableError } from "../../write_errors.ts";
import { addPartitions } from "./add_partitions.ts";
import { askCoordinator } from "./ask_coordinator.ts";
import type { Cluster } from "../cluster.ts";
import {
  type DescribedTransaction,
  describeTransaction,
} from "./described_transaction.ts";
import { denialIn } from "../administration/denials.ts";
import { protocolType } from "../errors.ts";
import type { NewKafka } from "../new_kafka.ts";
import { TryAgain } from "../patiently.ts";
import { timeoutsMs, withLongest } from "./transaction_timeouts.ts";

type End = "commit" | "abort";

/** The state of a transaction whose end is decided says which it is. */
const endByState: ReadonlyMap<string, End> = new Map([
  ["PrepareCommit", "commit"],
  ["CompleteCommit", "commit"],
  ["PrepareAbort", "abort"],
  ["CompleteAbort", "abort"],
]);

/**
 * To open an id is to forget how its last transaction ended. So whoever opens it to end that again says
 * which end by its transaction timeout, and whoever comes after can go on with it.
 */
const endByTimeoutMs: ReadonlyMap<number, End> = new Map([
  ...timeoutsMs.tellingCommit.map((ms) => [ms, "commit"] as const),
  ...timeoutsMs.tellingAbort.map((ms) => [ms, "abort"] as const),
]);

const tellingMs = {
  commit: timeoutsMs.tellingCommit,
  abort: timeoutsMs.tellingAbort,
  none: timeoutsMs.tellingNothing,
} as const;

const PATIENCE = { everyMs: 20, forMs: 10_000 };

/**
 * Ends the last transaction of an id once more, wherever it may have written: as a transaction of the
 * id's next producer that writes nothing, and is committed or aborted as that one was.
 *
 * A transaction ends by a marker in each of its partitions. In 4.3 a coordinator takes a partition
 * without a leader for a deleted one: it forgets the marker and calls the transaction complete
 * (KAFKA-20734). A lone broker that is killed and comes back does so, having no leaders for a moment.
 * Then what was written has no end, the group's position is as before, its next owner writes the same
 * again, and one marker commits both. An end told twice changes nothing if it was told already.
 *
 * @returns what was known of the id before; undefined if it was not known
 */
export async function endForgotten(
  newKafka: NewKafka,
  retry: Parameters<NewKafka>[0],
  transactionalId: string,
  scope: TransactionScope,
): Promise<DescribedTransaction | undefined> {
  let topics: TopicPartitions[] | undefined;
  let before: DescribedTransaction | undefined;
  await askCoordinator(
    { newKafka, retry, transactionalId, patience: PATIENCE },
    async (coordinator, cluster) => {
      const last = await describeTransaction(coordinator, transactionalId);
      before ??= last;
      const end = last && await endOf(last, coordinator, transactionalId);
      if (end === undefined) return;
      topics ??= await partitionsOf(cluster, scope.topics);
      const producer = await takeOver(coordinator, transactionalId, end);
      if (topics.length > 0) {
        await addPartitions(coordinator, producer, topics);
      }
      const { groupId } = scope;
      if (groupId !== undefined) {
        await coordinator.addOffsetsToTxn({ ...producer, groupId });
      }
      const transactionResult = end === "commit";
      await coordinator.endTxn({ ...producer, transactionResult });
    },
  );
  return before;
}

/**
 * How an id's last transaction ends; undefined if nothing is left to be ended.
 *
 * @throws {TryAgain} while that is not decided
 */
async function endOf(
  last: DescribedTransaction,
  coordinator: TransactionCoordinator,
  transactionalId: string,
): Promise<End | undefined> {
  const { state, producerId, producerEpoch } = last;
  const toldAgain = endByTimeoutMs.get(last.timeoutMs);
  if (!isOpen(last)) return endByState.get(state) ?? toldAgain;
  if (toldAgain === "commit" && state === "Ongoing") {
    // Whoever was at it did not finish. To abort it would abort what was committed.
    const producer = { transactionalId, producerId, producerEpoch };
    await coordinator.endTxn({ ...producer, transactionResult: true });
    throw new TryAgain();
  }
  // Has it aborted, and is refused until that is done. If it is not, the transaction has ended meanwhile.
  await takeOver(coordinator, transactionalId, "none");
  return undefined;
}

/** Fences whoever had the id, once its last transaction is complete. */
async function takeOver(
  coordinator: TransactionCoordinator,
  transactionalId: string,
  end: End | "none",
) {
  const { producerId, producerEpoch } = await withLongest(
    tellingMs[end],
    (transactionTimeout) =>
      coordinator.initProducerId({ transactionalId, transactionTimeout }),
  );
  return { transactionalId, producerId, producerEpoch };
}

function isOpen({ state }: DescribedTransaction): boolean {
  return state === "Ongoing" || state === "PrepareEpochFence";
}

type TopicPartitions = {
  readonly topic: string;
  readonly partitions: readonly number[];
};

/** The partitions of topics, but for topics that are gone: there is nothing left to end in those. */
async function partitionsOf(
  cluster: Cluster,
  topics: readonly string[],
): Promise<TopicPartitions[]> {
  const found: TopicPartitions[] = [];
  for (const topic of topics) {
    try {
      await cluster.addTargetTopic(topic);
    } catch (error) {
      if (protocolType(error) === "UNKNOWN_TOPIC_OR_PARTITION") continue;
      // It does not say of which topic.
      throw denialIn(error) === undefined
        ? error
        : new UnwritableError([topic], { cause: error });
    }
    const partitions = cluster.findTopicPartitionMetadata(topic)
      .map(({ partitionId }) => partitionId);
    found.push({ topic, partitions });
  }
  return found;
}
