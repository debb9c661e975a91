/**
 * For tests: a producer that is none of ours and leaves a transaction open.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import kafkajs from "kafkajs";
import { retryPolicy } from "#kafka/kafkajs/new_kafka.ts";

/**
 * Begins a transaction and writes a record to each of some partitions.
 *
 * @param kafka host:port of a broker
 */
export async function leaveOpen(
  kafka: string,
  { topic, partitions, transactionalId }: {
    topic: string;
    partitions: readonly number[];
    transactionalId: string;
  },
): Promise<{ commit(): Promise<void>; abort(): Promise<void> }> {
  const producer = new kafkajs.Kafka({
    brokers: [kafka],
    logLevel: kafkajs.logLevel.NOTHING,
    retry: retryPolicy({ firstMs: 5, maxMs: 500, times: 10 }),
  }).producer({
    transactionalId,
    idempotent: true,
    maxInFlightRequests: 1,
    transactionTimeout: 300_000,
  });
  await producer.connect();
  const transaction = await producer.transaction();
  await transaction.send({
    topic,
    acks: -1,
    messages: partitions.map((partition) => ({
      partition,
      value: Buffer.from("left"),
    })),
  });
  return {
    async commit() {
      await transaction.commit();
      await producer.disconnect();
    },
    async abort() {
      await transaction.abort();
      await producer.disconnect();
    },
  };
}
