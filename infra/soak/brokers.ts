import { topics } from "#contracts/topics.ts";
import { readConfig } from "#runtime/config.ts";
import { createKafkaClient } from "#runtime/kafka/kafkajs/client.ts";
import { connectionSettings } from "#runtime/kafka/settings.ts";
import { silentLog } from "#runtime/log.ts";
import type { Home } from "../stack/home.ts";
import { internalTopics } from "../stack/kafka/broker.ts";
import { clusterJobs } from "../stack/kafka/cluster.ts";
import type { Ports } from "../stack/settings.ts";
import type { Job } from "../stack/supervisor.ts";
import type { BrokerCount } from "./schedule.ts";

export type SoakBrokers = {
  /** Undefined where it is the lone one of the local stack. */
  readonly jobs?: readonly Job[];
  /** host:port of each. */
  readonly addresses: readonly string[];
  /** Whether every broker is there and every replica in sync. Never throws. */
  readonly isWhole: () => Promise<boolean>;
};

/** A lone broker, or three that are one cluster, with their data in `home`. */
export async function soakBrokers(
  { count, home, ports }: { count: BrokerCount; home: Home; ports: Ports },
): Promise<SoakBrokers> {
  const { jobs, addresses } = count === 1
    ? { addresses: [`127.0.0.1:${ports.kafka}`] }
    : await clusterJobs({ jars: home.kafkaJars, folder: home.kafkaData });
  return { jobs, addresses, isWhole: () => isWhole(addresses) };
}

async function isWhole(addresses: readonly string[]): Promise<boolean> {
  const client = createKafkaClient({
    config: readConfig("the soak", connectionSettings, {
      KAFKA_BOOTSTRAP_SERVERS: addresses.join(","),
    }),
    clientId: "eventflow-soak",
    log: silentLog(),
  });
  try {
    const admin = await client.admin();
    const { brokers, partitions } = await admin.describeCluster(
      [...Object.values(topics), ...internalTopics].map(({ name }) => name),
    ).finally(() => admin.close());
    return brokers === addresses.length &&
      partitions.every(({ hasLeader, replicas, inSync }) =>
        hasLeader && inSync === replicas
      );
  } catch {
    return false;
  }
}
