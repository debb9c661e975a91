/**
 * Brokers and a database of a scenario's own, which it may stop and start.
 *
 * @module
 */
import { join } from "node:path";
import { leadersOf } from "./kafka/kafkajs/leaders.ts";
import { stackHome } from "#local/home.ts";
import { brokerJob } from "#local/kafka/broker.ts";
import { clusterJobs } from "#local/kafka/cluster.ts";
import { installKafka } from "#local/kafka/install.ts";
import { requireJava } from "#local/kafka/java.ts";
import { freePort } from "#processes/ports.ts";
import { clearPostgres } from "#local/postgres/place.ts";
import { adminUrl, postgresJob } from "#local/postgres/server.ts";
import type { Processes } from "./processes.ts";

/** Why there can be no broker here, or undefined if there can. */
export async function whyNoBroker(): Promise<string | undefined> {
  try {
    const say = (line: string) => console.log(line);
    await requireJava(say);
    await installKafka(stackHome().kafkaJars, say);
    return undefined;
  } catch (error) {
    return String(error);
  }
}

/**
 * Starts a broker named `kafka`.
 *
 * @param host where it listens, an IPv6 address in brackets
 * @returns its host:port, which stays over a restart
 */
export async function startBroker(
  processes: Processes,
  host = "127.0.0.1",
): Promise<string> {
  const port = await freePort();
  await processes.start(
    await brokerJob({
      jars: stackHome().kafkaJars,
      dataFolder: join(processes.folder, "kafka"),
      host,
      port,
      controllerPort: await freePort(),
    }),
  );
  return `${host}:${port}`;
}

/**
 * Starts three brokers that are one cluster.
 *
 * @returns host:port of each, comma-separated, which stay over restarts
 */
export async function startCluster(processes: Processes): Promise<string> {
  const { jobs, addresses } = await clusterJobs({
    jars: stackHome().kafkaJars,
    folder: processes.folder,
  });
  await processes.start(...jobs);
  return addresses.join(",");
}

/**
 * Name of the broker that leads a partition.
 *
 * @param kafka what `startCluster` returned
 */
export async function leaderOf(
  kafka: string,
  topic: string,
  partition: number,
): Promise<string> {
  const leader = (await leadersOf(kafka.split(","), topic)).get(partition);
  if (leader === undefined || leader < 1) {
    throw new Error(`Partition ${partition} of ${topic} has no leader`);
  }
  return `kafka-${leader}`;
}

/**
 * Name of the broker that coordinates a group: the leader of the partition that the group's name is
 * assigned to by `GroupMetadataManager.partitionFor`.
 *
 * @param kafka what `startCluster` returned
 */
export async function coordinatorOf(
  kafka: string,
  group: string,
): Promise<string> {
  const topic = "__consumer_offsets";
  const { size } = await leadersOf(kafka.split(","), topic);
  return await leaderOf(kafka, topic, Math.abs(javaHash(group)) % size);
}

/** `String.hashCode` of Java. */
function javaHash(text: string): number {
  return [...text].reduce(
    (hash, character) => (hash * 31 + character.charCodeAt(0)) | 0,
    0,
  );
}

/**
 * Starts a PostgreSQL named `postgres`.
 *
 * @param settings of the server, beside those of the local stack
 * @returns its URL, which stays over a restart
 */
export async function startPostgres(
  processes: Processes,
  settings: Readonly<Record<string, string | number>> = {},
): Promise<string> {
  const port = await freePort();
  const dataFolder = join(processes.folder, "postgres");
  processes.defer(() => clearPostgres(dataFolder));
  const job = await postgresJob({ dataFolder, port, durable: false });
  const further = Object.entries(settings)
    .flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  await processes.start({
    ...job,
    command: { ...job.command, args: [...job.command.args, ...further] },
  });
  return adminUrl(port);
}
