import { sleep } from "#runtime/backoff.ts";
import { protocolType } from "../errors.ts";
import { type NewKafka, retryPolicy } from "../new_kafka.ts";
import type { ProducerIdentity } from "../producing/partition_writer.ts";
import { askCoordinator } from "./ask_coordinator.ts";

const PATIENCE = { everyMs: 20, forMs: 6_000 };
const AGAIN_MS = 250;
const retry = retryPolicy({ firstMs: 5, maxMs: 500, times: 3 });

/** A coordinator says so of a transaction that has ended, or whose id has another producer by now. */
const ended = new Set([
  "INVALID_PRODUCER_EPOCH",
  "INVALID_PRODUCER_ID_MAPPING",
  "INVALID_TXN_STATE",
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
 *
 * It is asked again without being told to, for another process may be about to take the id over: the broker that is gone was
 * perhaps the group's coordinator too.
 */
export class UnansweredCommits {
  readonly #newKafka: NewKafka;
  readonly #producers = new Map<string, Required<ProducerIdentity>>();
  /** What asks by itself. */
  readonly #asking = new Set<Promise<void>>();

  constructor(newKafka: NewKafka) {
    this.#newKafka = newKafka;
  }

  /**
   * Asks for a commit. If there is no answer, that goes on by itself.
   *
   * @param ask throws if there is no answer
   */
  async asking(
    producer: Required<ProducerIdentity>,
    ask: () => Promise<unknown>,
  ): Promise<void> {
    this.#producers.set(producer.transactionalId, producer);
    try {
      await ask();
    } catch (error) {
      const asking = this.#askOn(producer);
      this.#asking.add(asking);
      void asking.finally(() => this.#asking.delete(asking));
      throw error;
    }
    this.#answered(producer);
  }

  /**
   * Asks again for the commit of an id if there is one without an answer. When this returns, how it ended is known to the
   * coordinator.
   *
   * @throws an error of kafkajs if there is no answer again
   */
  async settle(transactionalId: string): Promise<void> {
    const producer = this.#producers.get(transactionalId);
    if (producer === undefined) return;
    const newKafka = this.#newKafka;
    try {
      await askCoordinator(
        { newKafka, retry, transactionalId, patience: PATIENCE },
        (coordinator) =>
          coordinator.endTxn({ ...producer, transactionResult: true }),
      );
    } catch (error) {
      if (!ended.has(protocolType(error) ?? "")) throw error;
    }
    this.#answered(producer);
  }

  /** Resolves when there is an answer to each. Never throws. */
  async settled(): Promise<void> {
    await Promise.all(this.#asking);
  }

  async #askOn(producer: Required<ProducerIdentity>): Promise<void> {
    const { transactionalId } = producer;
    while (this.#producers.get(transactionalId) === producer) {
      await this.settle(transactionalId).catch(() => {});
      await sleep(AGAIN_MS);
    }
  }

  #answered(producer: Required<ProducerIdentity>): void {
    const { transactionalId } = producer;
    if (this.#producers.get(transactionalId) === producer) {
      this.#producers.delete(transactionalId);
    }
  }
}
