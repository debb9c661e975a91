import type { TransactionCoordinator } from "kafkajs/src/broker/index.js";
import type { Position } from "../../port.ts";
import type { ProducerIdentity } from "../producing/partition_writer.ts";
import type { PartitionRecords } from "../producing/partitions.ts";
import type { ProduceVersion } from "../producing/produce_version.ts";

/** A producer of a transactional id, in one of its epochs. */
export type TransactionalProducer = Required<ProducerIdentity>;

/** A position of a group that moves with what is written. */
export type Moved = {
  readonly groupId: string;
  readonly position: Position;
};

type Question<T> = (coordinator: TransactionCoordinator) => Promise<T>;

/** Ask a coordinator for what may be asked for twice, until it is not busy. */
export type Coordinators = {
  ofTransactions<T>(question: Question<T>): Promise<T>;
  ofGroup<T>(groupId: string, question: Question<T>): Promise<T>;
};

/** What a transaction is to hold. */
export type Contents = {
  readonly groups: readonly PartitionRecords[];
  /** Writes those. */
  write(): Promise<void>;
  readonly moved: Moved | undefined;
};

/** How a producer and Kafka agree on what is in a transaction, and on its end. */
export type TransactionProtocol = {
  readonly produce: ProduceVersion;
  /** Whether the id is to be opened anew before the producer begins another transaction. */
  isSpent(producer: TransactionalProducer): boolean;
  /**
   * Writes records and adds a position, all of it in the producer's transaction. Whatever of it is asked for again changes
   * nothing.
   */
  fill(
    coordinators: Coordinators,
    producer: TransactionalProducer,
    contents: Contents,
  ): Promise<void>;
  /**
   * Asks for the commit. To ask again gets the same answer, until another has opened the id or ended the transaction.
   *
   * @returns who writes the next transaction
   */
  commit(
    coordinator: TransactionCoordinator,
    producer: TransactionalProducer,
  ): Promise<TransactionalProducer>;
};
