/// <reference path="../patches/protocol.d.ts" />
import coordinatorTypes from "kafkajs/src/protocol/coordinatorTypes.js";
import type { TransactionCoordinator } from "kafkajs/src/broker/index.js";
import type { Position } from "../../port.ts";
import { UnwritableError } from "../../write_errors.ts";
import { addPartitions } from "./add_partitions.ts";
import type { BatchSizes } from "../producing/batch_sizes.ts";
import type { Cluster } from "../cluster.ts";
import {
  PartitionWriter,
  type ProducerIdentity,
} from "../producing/partition_writer.ts";
import type { PartitionRecords } from "../producing/partitions.ts";
import { patiently } from "../patiently.ts";
import type { UnansweredCommits } from "./unanswered_commits.ts";

const { TRANSACTION, GROUP } = coordinatorTypes;

/**
 * A transaction that begins right after another is refused as concurrent while the broker still writes the
 * markers of the first, which takes a few milliseconds; of a broker that is short of time, seconds. To give up
 * costs it more: whoever opens the id again ends the last transaction once more, in every partition.
 */
const PATIENCE = { everyMs: 3, forMs: 6_000 };

/**
 * Takes a transactional id over.
 *
 * @param id whose `timeoutMs` is after how long a transaction that was left open is aborted
 */
export async function openTransactions(
  cluster: Cluster,
  { transactionalId, timeoutMs, sizes, unanswered }: {
    transactionalId: string;
    timeoutMs: number;
    sizes: BatchSizes;
    unanswered: UnansweredCommits;
  },
): Promise<Transactions> {
  const identity = await patiently(async () => {
    const coordinator = await cluster.findGroupCoordinator({
      groupId: transactionalId,
      coordinatorType: TRANSACTION,
    });
    return await coordinator.initProducerId({
      transactionalId,
      transactionTimeout: timeoutMs,
    });
  }, PATIENCE);
  const producer = { ...identity, transactionalId };
  return new Transactions(cluster, producer, { sizes, unanswered });
}

/**
 * Writes the transactions of one producer of a transactional id, one after the other (KIP-98). kafkajs
 * asks for a coordinator before each step and takes all steps in a row, nine round trips in all; here the
 * coordinators are remembered, and the records are on their way while the position is.
 *
 * After a failure it must not be used again: how the transaction ended is not known.
 */
export class Transactions {
  readonly transactionalId: string;
  readonly #cluster: Cluster;
  readonly #identity: Required<ProducerIdentity>;
  readonly #writer: PartitionWriter;
  readonly #unanswered: UnansweredCommits;
  /** Node ids. */
  readonly #coordinators = new Map<string, number>();
  #hasFailed = false;

  constructor(
    cluster: Cluster,
    identity: Required<ProducerIdentity>,
    { sizes, unanswered }: { sizes: BatchSizes; unanswered: UnansweredCommits },
  ) {
    this.transactionalId = identity.transactionalId;
    this.#cluster = cluster;
    this.#identity = identity;
    this.#writer = new PartitionWriter(cluster, identity, sizes);
    this.#unanswered = unanswered;
  }

  /**
   * Writes records and moves a group's position, if one is given: all or nothing.
   *
   * @throws {UnwritableError} if some record is not known to be written
   */
  async commit(
    groups: readonly PartitionRecords[],
    moved?: { readonly groupId: string; readonly position: Position },
  ): Promise<void> {
    // What is still asked for would commit the next transaction, whatever there is of it.
    if (this.#hasFailed) {
      throw new Error(`${this.transactionalId} was used after a failure`);
    }
    try {
      await this.#commit(groups, moved);
    } catch (error) {
      this.#hasFailed = true;
      throw error;
    }
  }

  async #commit(
    groups: readonly PartitionRecords[],
    moved?: { readonly groupId: string; readonly position: Position },
  ): Promise<void> {
    const identity = this.#identity;
    await this.#ask(
      TRANSACTION,
      identity.transactionalId,
      (coordinator) => addPartitions(coordinator, identity, topicsOf(groups)),
    );
    await allOrThrow([
      this.#write(groups),
      ...moved === undefined ? [] : [this.#addPosition(moved)],
    ]);
    await this.#unanswered.asking(identity, () =>
      this.#ask(
        TRANSACTION,
        identity.transactionalId,
        (coordinator) =>
          coordinator.endTxn({ ...identity, transactionResult: true }),
      ));
  }

  async #write(groups: readonly PartitionRecords[]): Promise<void> {
    const failures = await this.#writer.write(groups);
    if (failures.size === 0) return;
    const topics = new Set([...failures.keys()].map(({ topic }) => topic));
    throw new UnwritableError([...topics], { failures });
  }

  async #addPosition(
    { groupId, position }: {
      readonly groupId: string;
      readonly position: Position;
    },
  ): Promise<void> {
    const identity = this.#identity;
    const { topic, partition, nextOffset, note: metadata } = position;
    const offset = String(nextOffset);
    const topics = [{ topic, partitions: [{ partition, offset, metadata }] }];
    await this.#ask(
      TRANSACTION,
      identity.transactionalId,
      (coordinator) => coordinator.addOffsetsToTxn({ ...identity, groupId }),
    );
    await this.#ask(
      GROUP,
      groupId,
      (coordinator) =>
        coordinator.txnOffsetCommit({ ...identity, groupId, topics }),
    );
  }

  /** Asks a coordinator for what may be asked for twice, until it is not busy. */
  async #ask(
    type: number,
    whose: string,
    question: (coordinator: TransactionCoordinator) => Promise<unknown>,
  ): Promise<void> {
    await patiently(async () => {
      const coordinator = await this.#coordinatorOf(type, whose);
      try {
        await question(coordinator);
      } catch (error) {
        // It may be another by now.
        this.#coordinators.delete(`${type} ${whose}`);
        throw error;
      }
    }, PATIENCE);
  }

  async #coordinatorOf(
    type: number,
    whose: string,
  ): Promise<TransactionCoordinator> {
    const name = `${type} ${whose}`;
    const known = this.#coordinators.get(name);
    if (known !== undefined) {
      // Connects to it anew if the connection is gone.
      return await this.#cluster.findBroker({ nodeId: known });
    }
    const coordinator = await this.#cluster.findGroupCoordinator({
      groupId: whose,
      coordinatorType: type,
    });
    this.#coordinators.set(name, coordinator.nodeId);
    return coordinator;
  }
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
