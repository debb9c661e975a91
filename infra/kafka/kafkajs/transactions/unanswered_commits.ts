import type { TransactionCoordinator } from "kafkajs/src/broker/index.js";
import { sleep } from "#runtime/backoff.ts";
import { protocolType } from "../errors.ts";
import { type NewKafka, retryPolicy } from "../new_kafka.ts";
import { askCoordinator } from "./ask_coordinator.ts";

const PATIENCE = { everyMs: 20, forMs: 6_000 };
const AGAIN_MS = 250;
const retry = retryPolicy({ firstMs: 5, maxMs: 500, times: 3 });

/** A coordinator says so of a transaction that has ended, or whose id has another producer by now. */
const ended = new Set([
  "INVALID_PRODUCER_EPOCH",
  "INVALID_PRODUCER_ID_MAPPING",
  "INVALID_TXN_STATE",
  "PRODUCER_FENCED",
]);

/** Asks a coordinator for a commit: for the same one, however often it is asked. */
type Commit<T> = (coordinator: TransactionCoordinator) => Promise<T>;

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
  readonly #commits = new Map<string, Commit<unknown>>();
  /** What asks by itself. */
  readonly #asking = new Set<Promise<void>>();

  constructor(newKafka: NewKafka) {
    this.#newKafka = newKafka;
  }

  /**
   * Asks for a commit. If there is no answer, that goes on by itself.
   *
   * @param ask asks the coordinator; throws if there is no answer
   */
  async asking<T>(
    transactionalId: string,
    commit: Commit<T>,
    ask: (commit: Commit<T>) => Promise<T>,
  ): Promise<T> {
    this.#commits.set(transactionalId, commit);
    let answer: T;
    try {
      answer = await ask(commit);
    } catch (error) {
      const asking = this.#askOn(transactionalId, commit);
      this.#asking.add(asking);
      void asking.finally(() => this.#asking.delete(asking));
      throw error;
    }
    this.#answered(transactionalId, commit);
    return answer;
  }

  /**
   * Asks again for the commit of an id if there is one without an answer. When this returns, how it ended is known to the
   * coordinator.
   *
   * @throws an error of kafkajs if there is no answer again
   */
  async settle(transactionalId: string): Promise<void> {
    const commit = this.#commits.get(transactionalId);
    if (commit === undefined) return;
    const newKafka = this.#newKafka;
    try {
      await askCoordinator(
        { newKafka, retry, transactionalId, patience: PATIENCE },
        commit,
      );
    } catch (error) {
      if (!ended.has(protocolType(error) ?? "")) throw error;
    }
    this.#answered(transactionalId, commit);
  }

  /** Resolves when there is an answer to each. Never throws. */
  async settled(): Promise<void> {
    await Promise.all(this.#asking);
  }

  async #askOn(
    transactionalId: string,
    commit: Commit<unknown>,
  ): Promise<void> {
    while (this.#commits.get(transactionalId) === commit) {
      await this.settle(transactionalId).catch(() => {});
      await sleep(AGAIN_MS);
    }
  }

  #answered(transactionalId: string, commit: Commit<unknown>): void {
    if (this.#commits.get(transactionalId) === commit) {
      this.#commits.delete(transactionalId);
    }
  }
}
