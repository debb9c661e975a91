/// <reference path="../patches/protocol.d.ts" />
import coordinatorTypes from "kafkajs/src/protocol/coordinatorTypes.js";
import type { TransactionCoordinator } from "kafkajs/src/broker/index.js";
import { UnwritableError } from "../../write_errors.ts";
import type { BatchSizes } from "../producing/batch_sizes.ts";
import type { Cluster } from "../cluster.ts";
import { protocolType } from "../errors.ts";
import { PartitionWriter } from "../producing/partition_writer.ts";
import type { PartitionRecords } from "../producing/partitions.ts";
import { patiently } from "../patiently.ts";
import { protocolV1 } from "./protocol_v1.ts";
import { protocolV2 } from "./protocol_v2.ts";
import type {
  Coordinators,
  Moved,
  TransactionalProducer,
  TransactionProtocol,
} from "./transaction_protocol.ts";
import { transactionVersion } from "./transaction_version.ts";
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
  const opened = await patiently(async () => {
    const coordinator = await cluster.findGroupCoordinator({
      groupId: transactionalId,
      coordinatorType: TRANSACTION,
    });
    const { producerId, producerEpoch } = await coordinator.initProducerId({
      transactionalId,
      transactionTimeout: timeoutMs,
    });
    return {
      producer: { transactionalId, producerId, producerEpoch },
      version: await transactionVersion(coordinator),
    };
  }, PATIENCE);
  return new Transactions(cluster, opened.producer, {
    protocol: opened.version >= 2 ? protocolV2 : protocolV1,
    sizes,
    unanswered,
  });
}

/**
 * Writes the transactions of one producer of a transactional id, one after the other. kafkajs asks for a
 * coordinator before each step and takes all steps in a row, nine round trips in all; here the coordinators
 * are remembered, and the steps are those of what the brokers agree on (`TransactionProtocol`).
 *
 * After a failure it must not be used again: how the transaction ended is not known. Nor once its producer is spent.
 */
export class Transactions {
  readonly transactionalId: string;
  readonly #cluster: Cluster;
  readonly #protocol: TransactionProtocol;
  readonly #writer: PartitionWriter;
  readonly #unanswered: UnansweredCommits;
  readonly #coordinators: Coordinators;
  /** Node ids. */
  readonly #known = new Map<string, number>();
  #producer: TransactionalProducer;
  #hasFailed = false;

  constructor(
    cluster: Cluster,
    producer: TransactionalProducer,
    { protocol, sizes, unanswered }: {
      protocol: TransactionProtocol;
      sizes: BatchSizes;
      unanswered: UnansweredCommits;
    },
  ) {
    const { transactionalId } = producer;
    this.transactionalId = transactionalId;
    this.#cluster = cluster;
    this.#protocol = protocol;
    this.#producer = producer;
    this.#writer = new PartitionWriter(
      cluster,
      producer,
      sizes,
      protocol.produce,
    );
    this.#unanswered = unanswered;
    this.#coordinators = {
      ofTransactions: (question) =>
        this.#ask(TRANSACTION, transactionalId, question),
      ofGroup: (groupId, question) => this.#ask(GROUP, groupId, question),
    };
  }

  /** Whether the id is to be opened anew before another transaction. */
  get isSpent(): boolean {
    return this.#protocol.isSpent(this.#producer);
  }

  /**
   * Writes records and moves a group's position, if one is given: all or nothing.
   *
   * @throws {UnwritableError} if some record is not known to be written
   */
  async commit(
    groups: readonly PartitionRecords[],
    moved?: Moved,
  ): Promise<void> {
    // What is still asked for would commit the next transaction, whatever there is of it.
    if (this.#hasFailed) {
      throw new Error(`${this.transactionalId} was used after a failure`);
    }
    if (this.isSpent) {
      throw new Error(
        `The epochs of ${this.transactionalId} run out: it is opened anew`,
      );
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
    moved?: Moved,
  ): Promise<void> {
    const producer = this.#producer;
    const protocol = this.#protocol;
    await protocol.fill(this.#coordinators, producer, {
      groups,
      write: () => this.#write(groups),
      moved,
    });
    this.#producer = await this.#unanswered.asking(
      this.transactionalId,
      (coordinator) => protocol.commit(coordinator, producer),
      this.#coordinators.ofTransactions,
    );
    if (this.#producer !== producer) this.#writer.goOnAs(this.#producer);
  }

  async #write(groups: readonly PartitionRecords[]): Promise<void> {
    const failures = await this.#writer.write(groups);
    if (failures.size === 0) return;
    const topics = new Set([...failures.keys()].map(({ topic }) => topic));
    throw new UnwritableError([...topics], { failures });
  }

  async #ask<T>(
    type: number,
    whose: string,
    question: (coordinator: TransactionCoordinator) => Promise<T>,
  ): Promise<T> {
    return await patiently(async () => {
      const coordinator = await this.#coordinatorOf(type, whose);
      try {
        return await question(coordinator);
      } catch (error) {
        // It may be another by now, unless it only has to finish what it is at.
        if (protocolType(error) !== "CONCURRENT_TRANSACTIONS") {
          this.#known.delete(`${type} ${whose}`);
        }
        throw error;
      }
    }, PATIENCE);
  }

  async #coordinatorOf(
    type: number,
    whose: string,
  ): Promise<TransactionCoordinator> {
    const name = `${type} ${whose}`;
    const known = this.#known.get(name);
    if (known !== undefined) {
      // Connects to it anew if the connection is gone.
      return await this.#cluster.findBroker({ nodeId: known });
    }
    const coordinator = await this.#cluster.findGroupCoordinator({
      groupId: whose,
      coordinatorType: type,
    });
    this.#known.set(name, coordinator.nodeId);
    return coordinator;
  }
}
