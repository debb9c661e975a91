import type {
  TransactionCoordinator,
  TransactionRequest,
} from "kafkajs/src/broker/index.js";
import { UnwritableError } from "../../write_errors.ts";
import { protocolType } from "../errors.ts";

type Topics = readonly {
  readonly topic: string;
  readonly partitions: readonly number[];
}[];

const REFUSED = new Set([
  "TOPIC_AUTHORIZATION_FAILED",
  "UNKNOWN_TOPIC_OR_PARTITION",
  "OPERATION_NOT_ATTEMPTED",
]);

/**
 * Adds partitions to a transaction. If one may not be added none is, and the others say no more than that they
 * were not tried; kafkajs 2.2.4 throws what comes first. So they are asked for topic by topic then, and the one
 * that is at fault says why.
 *
 * @throws {UnwritableError} if a topic may not be written to, or is gone
 */
export async function addPartitions(
  coordinator: Pick<TransactionCoordinator, "addPartitionsToTxn">,
  identity: TransactionRequest,
  topics: Topics,
): Promise<void> {
  try {
    await coordinator.addPartitionsToTxn({ ...identity, topics });
  } catch (cause) {
    const type = protocolType(cause) ?? "";
    if (!REFUSED.has(type)) throw cause;
    const [only, another] = topics;
    if (only !== undefined && another === undefined) {
      throw new UnwritableError([only.topic], { cause });
    }
    for (const one of topics) await addPartitions(coordinator, identity, [one]);
  }
}
