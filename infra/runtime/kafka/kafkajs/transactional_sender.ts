import type {
  OutgoingRecord,
  Position,
  TransactionalSender,
  TransactionScope,
} from "../port.ts";
import type { DescribedTransaction } from "./described_transaction.ts";
import { endForgotten } from "./forgotten_transaction.ts";
import { type NewKafka, retryPolicy } from "./new_kafka.ts";
import { translate } from "./errors.ts";
import { asAssigned, type Partitions, sendEach } from "./partitions.ts";

/**
 * A transaction that begins right after another meets CONCURRENT_TRANSACTIONS while the broker still
 * writes the markers of the first, which takes a few milliseconds: begin at 5 ms, not at 300.
 */
const retry = retryPolicy({ firstMs: 5, maxMs: 500, times: 10 });

/**
 * A transaction left open by a process that died ends after this long, and blocks readers until then. Kafka
 * tells it to whoever asks of the id, so that its last digit can say whether the id is in use.
 */
const timeoutMsOf = { new: 30_000, inUse: 30_001 } as const;

/**
 * Ends an id's last transaction where a broker's crash has left it without an end.
 *
 * @returns what was known of the id before; undefined where it was not known
 * @throws {TransientError} where it must be tried again
 */
export async function endLast(
  newKafka: NewKafka,
  transactionalId: string,
  scope: TransactionScope,
): Promise<DescribedTransaction | undefined> {
  try {
    return await endForgotten(newKafka, retry, transactionalId, scope);
  } catch (error) {
    const action = `Cannot end the last transaction of ${transactionalId}`;
    throw translate(action, error);
  }
}

/** Whether an id that nobody has used yet would be described otherwise. */
function isInUse(
  { state, timeoutMs }: Pick<DescribedTransaction, "state" | "timeoutMs">,
): boolean {
  return state !== "Empty" || timeoutMs !== timeoutMsOf.new;
}

/**
 * Opens a transactional id. When this returns, every earlier producer of the id is fenced and its
 * last transaction is committed or aborted, so a group position read from now on is final.
 */
export async function openTransactional(
  newKafka: NewKafka,
  partitions: Partitions,
  transactionalId: string,
  scope: TransactionScope,
  { inUse } = { inUse: false },
): Promise<TransactionalSender> {
  const before = await endLast(newKafka, transactionalId, scope);
  const marked = inUse || (before !== undefined && isInUse(before));
  const producer = newKafka(retry).producer({
    transactionalId,
    transactionTimeout: marked ? timeoutMsOf.inUse : timeoutMsOf.new,
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: asAssigned,
    retry,
  });
  const close = () => producer.disconnect().catch(() => {});
  try {
    await producer.connect();
    // kafkajs initialises the id with the first transaction; ending an empty one sends nothing.
    await (await producer.transaction()).abort();
  } catch (error) {
    await close();
    throw translate(`Cannot open transactional id ${transactionalId}`, error);
  }

  return {
    isInUse: marked,
    async transact(
      records: readonly OutgoingRecord[],
      groupId: string,
      { topic, partition, nextOffset }: Position,
    ) {
      try {
        const transaction = await producer.transaction();
        await sendEach(
          await partitions.group(records),
          (group) => transaction.send({ ...group, acks: -1, timeout: 3_000 }),
        );
        await transaction.sendOffsets({
          consumerGroupId: groupId,
          topics: [{
            topic,
            partitions: [{ partition, offset: String(nextOffset) }],
          }],
        });
        await transaction.commit();
      } catch (error) {
        throw translate(`Cannot commit transaction ${transactionalId}`, error);
      }
    },
    close,
  };
}
