import coordinatorTypes from "kafkajs/src/protocol/coordinatorTypes.js";
import type { TransactionCoordinator } from "kafkajs/src/broker/index.js";
import { type Cluster, isolation, openCluster } from "../cluster.ts";
import type { NewKafka } from "../new_kafka.ts";
import { patiently } from "../patiently.ts";

/**
 * Asks the coordinator of a transactional id, over a connection of its own: again and again, through what passes by itself, each time
 * the one that it then is.
 *
 * @throws what the last question threw
 */
export async function askCoordinator<T>(
  { newKafka, retry, transactionalId, patience }: {
    readonly newKafka: NewKafka;
    readonly retry: Parameters<NewKafka>[0];
    readonly transactionalId: string;
    readonly patience: Parameters<typeof patiently>[1];
  },
  question: (
    coordinator: TransactionCoordinator,
    cluster: Cluster,
  ) => Promise<T>,
): Promise<T> {
  const cluster = await openCluster(newKafka(retry), isolation.readCommitted);
  try {
    return await patiently(async () => {
      const coordinator = await cluster.findGroupCoordinator({
        groupId: transactionalId,
        coordinatorType: coordinatorTypes.TRANSACTION,
      });
      return await question(coordinator, cluster);
    }, patience);
  } finally {
    await cluster.disconnect().catch(() => {});
  }
}
