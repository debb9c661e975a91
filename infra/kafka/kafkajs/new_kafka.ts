import type { Kafka, KafkaConfig } from "kafkajs";

/**
 * Makes a client of kafkajs for each purpose, one never shared with another: clients of one `Kafka`
 * share a table of committed offsets, into which a transaction writes before it commits. A consumer
 * that shared it would skip the records of an aborted transaction after its next rejoin.
 */
export type NewKafka = (retry: NonNullable<KafkaConfig["retry"]>) => Kafka;

/**
 * kafkajs's retries: the first after `firstMs`, each wait twice the last up to `maxMs`, a fifth longer
 * or shorter at random, `times` in all. Every figure is given, because kafkajs's own defaults are others
 * if NODE_ENV is "test", as it is in Bun's test runner.
 */
export function retryPolicy(
  { firstMs, maxMs, times }: { firstMs: number; maxMs: number; times: number },
): NonNullable<KafkaConfig["retry"]> {
  return {
    initialRetryTime: firstMs,
    maxRetryTime: maxMs,
    retries: times,
    multiplier: 2,
    factor: 0.2,
  };
}
