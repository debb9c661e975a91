import coordinatorTypes from "kafkajs/src/protocol/coordinatorTypes.js";
import { isolation, openCluster } from "../cluster.ts";
import { protocolType } from "../errors.ts";
import type { NewKafka } from "../new_kafka.ts";
import { patiently } from "../patiently.ts";
import type { ProducerIdentity } from "../producing/partition_writer.ts";

const PATIENCE = { everyMs: 20, forMs: 6_000 };

/** A coordinator says so of a transaction that has ended, or whose id has another producer by now. */
const ended = new Set([
  "INVALID_PRODUCER_EPOCH",
  "INVALID_PRODUCER_ID_MAPPING",
  "INVALID_TXN_STATE",
  "PRODUCER_FENCED",
]);

/**
 * Commits that were asked for and not answered, by transactional id. Whoever has asked for a commit must ask until there is an
 * answer, as Kafka's own producer does, and must not take the id over before: that would abort the transaction.
 *
 * A coordinator writes that it will commit, and tells the partitions once its followers have that. A broker that is killed in
 * between and comes back at once takes itself for the coordinator that it was until the controller says otherwise. It reads its
 * log to the end, and tells partitions to commit by a decision that no other broker has (seen with 4.3). The next coordinator
 * knows of none. If the transaction is aborted there, what was written is committed in some of its partitions and aborted in
 * others: the group's position may be without its records, or the records without their position.
 */
export class UnansweredCommits {
  readonly #newKafka: NewKafka;
  readonly #producers = new Map<string, Required<ProducerIdentity>>();

  constructor(newKafka: NewKafka) {
    this.#newKafka = newKafka;
  }

  /**
   * Asks for a commit.
   *
   * @param ask throws if there is no answer
   */
  async asking(
    producer: Required<ProducerIdentity>,
    ask: () => Promise<unknown>,
  ): Promise<void> {
    const { transactionalId } = producer;
    this.#producers.set(transactionalId, producer);
    await ask();
    this.#producers.delete(transactionalId);
  }

  /**
   * Asks again for the commit of an id if there is one without an answer. When this returns, how it ended is known to the
   * coordinator.
   *
   * @throws an error of kafkajs if there is no answer again
   */
  async settle(
    transactionalId: string,
    retry: Parameters<NewKafka>[0],
  ): Promise<void> {
    const producer = this.#producers.get(transactionalId);
    if (producer === undefined) return;
    const cluster = await openCluster(
      this.#newKafka(retry),
      isolation.readCommitted,
    );
    try {
      await patiently(async () => {
        const coordinator = await cluster.findGroupCoordinator({
          groupId: transactionalId,
          coordinatorType: coordinatorTypes.TRANSACTION,
        });
        await coordinator.endTxn({ ...producer, transactionResult: true });
      }, PATIENCE);
    } catch (error) {
      if (!ended.has(protocolType(error) ?? "")) throw error;
    } finally {
      await cluster.disconnect().catch(() => {});
    }
    this.#producers.delete(transactionalId);
  }
}
