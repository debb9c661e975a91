/// <reference path="./broker.d.ts" />
import type { TransactionCoordinator } from "kafkajs/src/broker/index.js";

/** Fetch. */
const API_KEY = 1;
/** The version of that request that Kafka 3.9 brought (KIP-853). Brokers do not say which version they are. */
const SINCE_3_9 = 17;

/** Whether a broker is of Kafka 3.9 or newer, the oldest that the tests are run on. */
export function isProven(
  { versions }: Pick<TransactionCoordinator, "versions">,
): boolean {
  return (versions?.[API_KEY]?.maxVersion ?? 0) >= SINCE_3_9;
}
