import { topics } from "#contracts/topics.ts";
import { readConfig } from "#runtime/config.ts";
import { createKafkaClient } from "#kafka/kafkajs/client.ts";
import { connectionSettings } from "#kafka/settings.ts";
import { silentLog } from "#runtime/log.ts";
import type { Home } from "#local/home.ts";
import { internalTopics } from "#local/kafka/broker.ts";
import { clusterJobs } from "#local/kafka/cluster.ts";
import type { Ports } from "#local/settings.ts";
import type { Job } from "#processes/supervisor.ts";
import type { BrokerCount } from "./schedule.ts";

export type SoakBrokers = {
  /** Undefined if it is the lone one of the local stack. */
  readonly jobs?: readonly Job[];
  /** host:port of each. */
  readonly addresses: readonly string[];
  /**
   * Whether every broker answers, and every replica is in sync. Never throws. Both are asked: the cluster
   * counts a broker that was killed for some seconds more, and one that is back may have much to catch up.
   */
  readonly isWhole: () => Promise<boolean>;
};

/** A lone broker, or three that are one cluster, with their data in `home`. */
export async function soakBrokers(
  { count, home, ports }: { count: BrokerCount; home: Home; ports: Ports },
): Promise<SoakBrokers> {
  if (count === 1) {
    const addresses = [`127.0.0.1:${ports.kafka}`];
    return { addresses, isWhole: () => areReplicasInSync(addresses) };
  }
  const { jobs, addresses } = await clusterJobs({
    jars: home.kafkaJars,
    folder: home.kafkaData,
  });
  return {
    jobs,
    addresses,
    async isWhole() {
      const answers = await Promise.all(jobs.map((job) => job.isReady()));
      return answers.every(Boolean) && await areReplicasInSync(addresses);
    },
  };
}

async function areReplicasInSync(
  addresses: readonly string[],
): Promise<boolean> {
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
