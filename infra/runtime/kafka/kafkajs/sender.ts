import type { Producer } from "kafkajs";
import type { OutgoingRecord, RecordSender } from "../port.ts";
import { type NewKafka, retryPolicy } from "./new_kafka.ts";
import { translate } from "./errors.ts";
import { asAssigned, type Partitions, sendEach } from "./partitions.ts";

/**
 * About 2 s of retries while the broker answers or refuses: long enough for a new partition leader. A
 * broker that hangs costs up to 5 s a try; the publisher's callers do not wait for that.
 */
const retry = retryPolicy({ firstMs: 50, maxMs: 500, times: 6 });

/**
 * An idempotent producer that is thrown away after each failed send.
 *
 * kafkajs takes a failed batch's sequence numbers back. If the broker had appended that batch and only
 * the answer was lost, the next batch of the same length would carry the same numbers, and the broker
 * would acknowledge it as a duplicate without writing it: a false success, a lost payment. A new
 * producer has a new id, so its numbers cannot be mistaken.
 */
export function createSender(
  newKafka: NewKafka,
  partitions: Partitions,
): RecordSender {
  let producer: Producer | undefined;

  const connected = async (): Promise<Producer> => {
    if (producer !== undefined) return producer;
    const fresh = newKafka(retry).producer({
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner: asAssigned,
      retry,
    });
    try {
      await fresh.connect();
    } catch (error) {
      await fresh.disconnect().catch(() => {});
      throw error;
    }
    producer = fresh;
    return fresh;
  };

  const discard = async () => {
    const failed = producer;
    producer = undefined;
    await failed?.disconnect().catch(() => {});
  };

  return {
    async send(records: readonly OutgoingRecord[]) {
      try {
        const current = await connected();
        await sendEach(
          await partitions.group(records),
          (group) => current.send({ ...group, acks: -1, timeout: 3_000 }),
        );
      } catch (error) {
        await discard();
        throw translate("Cannot write to Kafka", error);
      }
    },
    close: discard,
  };
}
