import { produceV7 } from "../producing/produce_v7.ts";
import type { PartitionRecords } from "../producing/partitions.ts";
import { addPartitions } from "./add_partitions.ts";
import type {
  Coordinators,
  Moved,
  TransactionalProducer,
  TransactionProtocol,
} from "./transaction_protocol.ts";

/**
 * Transactions as they were at first (KIP-98), for brokers whose `transaction.version` is below 2. The coordinator is told of each
 * partition before it is written to. The records are on their way while the position is.
 */
export const protocolV1: TransactionProtocol = {
  produce: produceV7,
  isSpent: () => false,
  async fill(coordinators, producer, { groups, write, moved }) {
    await coordinators.ofTransactions((coordinator) =>
      addPartitions(coordinator, producer, topicsOf(groups))
    );
    await allOrThrow([
      write(),
      ...moved === undefined
        ? []
        : [addPosition(coordinators, producer, moved)],
    ]);
  },
  async commit(coordinator, producer) {
    await coordinator.endTxn({ ...producer, transactionResult: true });
    return producer;
  },
};

async function addPosition(
  coordinators: Coordinators,
  producer: TransactionalProducer,
  { groupId, position }: Moved,
): Promise<void> {
  const { topic, partition, nextOffset, note: metadata } = position;
  const offset = String(nextOffset);
  const topics = [{ topic, partitions: [{ partition, offset, metadata }] }];
  await coordinators.ofTransactions((coordinator) =>
    coordinator.addOffsetsToTxn({ ...producer, groupId })
  );
  await coordinators.ofGroup(
    groupId,
    (coordinator) =>
      coordinator.txnOffsetCommit({ ...producer, groupId, topics }),
  );
}

function topicsOf(groups: readonly PartitionRecords[]) {
  return [...Map.groupBy(groups, ({ topic }) => topic)].map(
    ([topic, groups]) => ({
      topic,
      partitions: groups.map(({ partition }) => partition),
    }),
  );
}

/** Waits for all, so that nothing is under way any more when the first failure is thrown. */
async function allOrThrow(work: readonly Promise<unknown>[]): Promise<void> {
  const ends = await Promise.allSettled(work);
  for (const end of ends) if (end.status === "rejected") throw end.reason;
}
