import type {
  OutgoingRecord,
  Position,
  TransactionalSender,
  TransactionScope,
} from "../../port.ts";
import type { BatchSizes } from "../producing/batch_sizes.ts";
import type { DescribedTransaction } from "./described_transaction.ts";
import { endForgotten } from "./forgotten_transaction.ts";
import { type Cluster, isolation, openCluster } from "../cluster.ts";
import { translate } from "../errors.ts";
import { type NewKafka, retryPolicy } from "../new_kafka.ts";
import type { Partitions } from "../producing/partitions.ts";
import { timeoutsMs, withLongest } from "./transaction_timeouts.ts";
import { openTransactions, type Transactions } from "./transactions.ts";
import type { UnansweredCommits } from "./unanswered_commits.ts";

/** Of what finds brokers, leaders and coordinators. */
const retry = retryPolicy({ firstMs: 5, maxMs: 500, times: 10 });

/** What all senders of a client have in common. */
export type Shared = {
  readonly partitions: Partitions;
  readonly sizes: BatchSizes;
  readonly unanswered: UnansweredCommits;
};

/**
 * Ends an id's last transaction if a broker's crash has left it without an end.
 *
 * @returns what was known of the id before; undefined if it was not known
 * @throws {TransientError} if it must be tried again
 */
export async function endLast(
  newKafka: NewKafka,
  { unanswered }: Pick<Shared, "unanswered">,
  transactionalId: string,
  scope: TransactionScope,
): Promise<DescribedTransaction | undefined> {
  try {
    await unanswered.settle(transactionalId);
    return await endForgotten(newKafka, retry, transactionalId, scope);
  } catch (error) {
    const action = `Cannot end the last transaction of ${transactionalId}`;
    throw translate(action, error);
  }
}

/** Openings that can bring a producer without epochs to begin with: those from `LAST_EPOCHS` of `protocol_v2.ts` on, and more. */
const MOST_SPENT = 10;

const newMs: readonly number[] = timeoutsMs.new;

/** Whether an id that nobody has used yet would be described otherwise. */
function isInUse(
  { state, timeoutMs }: Pick<DescribedTransaction, "state" | "timeoutMs">,
): boolean {
  return state !== "Empty" || !newMs.includes(timeoutMs);
}

/**
 * Opens a transactional id. When this returns, every earlier producer of the id is fenced and its
 * last transaction is committed or aborted, so a group position read from now on is final.
 */
export async function openTransactional(
  newKafka: NewKafka,
  shared: Shared,
  transactionalId: string,
  scope: TransactionScope,
  { inUse } = { inUse: false },
): Promise<TransactionalSender> {
  const open = (inUse: boolean) =>
    openOnce(newKafka, shared, transactionalId, scope, { inUse });
  let sender = await open(inUse);
  // Each opening takes an epoch, until there is none and the id has another producer.
  for (let left = MOST_SPENT; sender.isSpent && left > 0; left--) {
    await sender.close();
    sender = await open(inUse || sender.isInUse);
  }
  return sender;
}

async function openOnce(
  newKafka: NewKafka,
  shared: Shared,
  transactionalId: string,
  scope: TransactionScope,
  { inUse }: { inUse: boolean },
): Promise<TransactionalSender> {
  const { partitions, sizes, unanswered } = shared;
  const before = await endLast(newKafka, shared, transactionalId, scope);
  const marked = inUse || (before !== undefined && isInUse(before));
  let cluster: Cluster | undefined;
  try {
    const opened = cluster = await openCluster(
      newKafka(retry),
      isolation.readCommitted,
    );
    // A transaction left open by a process that died ends after this long, and blocks readers until then.
    const transactions = await withLongest(
      marked ? timeoutsMs.inUse : timeoutsMs.new,
      (timeoutMs) =>
        openTransactions(opened, {
          transactionalId,
          timeoutMs,
          sizes,
          unanswered,
        }),
    );
    return new OpenTransactional(marked, cluster, partitions, transactions);
  } catch (error) {
    await cluster?.disconnect().catch(() => {});
    throw translate(`Cannot open transactional id ${transactionalId}`, error);
  }
}

class OpenTransactional implements TransactionalSender {
  readonly #cluster: Cluster;
  readonly #partitions: Partitions;
  readonly #transactions: Transactions;

  constructor(
    readonly isInUse: boolean,
    cluster: Cluster,
    partitions: Partitions,
    transactions: Transactions,
  ) {
    this.#cluster = cluster;
    this.#partitions = partitions;
    this.#transactions = transactions;
  }

  get isSpent(): boolean {
    return this.#transactions.isSpent;
  }

  async transact(
    records: readonly OutgoingRecord[],
    groupId: string,
    position: Position,
  ): Promise<void> {
    await this.#commit(records, { groupId, position });
  }

  async write(records: readonly OutgoingRecord[]): Promise<void> {
    await this.#commit(records);
  }

  async #commit(
    records: readonly OutgoingRecord[],
    moved?: { readonly groupId: string; readonly position: Position },
  ): Promise<void> {
    try {
      const groups = await this.#partitions.group(records);
      await this.#cluster.refreshMetadataIfNecessary();
      await this.#transactions.commit(groups, moved);
    } catch (error) {
      const { transactionalId } = this.#transactions;
      throw translate(`Cannot commit transaction ${transactionalId}`, error);
    }
  }

  async close(): Promise<void> {
    await this.#cluster.disconnect().catch(() => {});
  }
}
