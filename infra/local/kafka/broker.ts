import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describeError } from "#runtime/errors.ts";
import { readConfig } from "#runtime/config.ts";
import { LOOPBACK } from "#runtime/development.ts";
import { createKafkaClient } from "#kafka/kafkajs/client.ts";
import type { KafkaAdmin } from "#kafka/port.ts";
import { connectionSettings } from "#kafka/settings.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { silentLog } from "#runtime/log.ts";
import type { Job } from "#processes/supervisor.ts";
import { javaProgram } from "./java.ts";

export type BrokerOptions = {
  readonly jars: string;
  readonly dataFolder: string;
  /** Address it listens on, an IPv6 one in brackets; 127.0.0.1 unless given. */
  readonly host?: string;
  readonly port: number;
  /** Where the broker's own controller listens; nobody but the controllers of its cluster needs it. */
  readonly controllerPort: number;
  /** Controllers of its cluster, its own among them; a node's id is its place, from 1. Absent: it is alone. */
  readonly controllerPorts?: readonly number[];
  /** What makes it another one than that of the local stack, which is open to this machine. */
  readonly further?: FurtherSettings;
};

export type FurtherSettings = {
  /** Beside the open one, by their names: where they listen, and which security protocol they speak. */
  readonly listeners: Readonly<
    Record<string, { readonly port: number; readonly protocol: string }>
  >;
  readonly properties: Readonly<Record<string, string | number | boolean>>;
  /** Of `kafka-storage.sh format`. */
  readonly formatArguments: readonly string[];
  readonly javaArguments: readonly string[];
  /** Source of a program that starts the broker in its own way; Kafka's own unless given. */
  readonly main?: string;
};

/** Partitions of each of the topics in which Kafka keeps groups and transactions. */
const INTERNAL_PARTITIONS = 5;

/** Kafka's own topics, which are there once a group and a transaction have been. */
export const internalTopics = [
  { name: "__consumer_offsets", partitions: INTERNAL_PARTITIONS },
  { name: "__transaction_state", partitions: INTERNAL_PARTITIONS },
] as const;

/** How Java programs that use Kafka's jars are to log. */
export const log4j = fileURLToPath(new URL("log4j2.xml", import.meta.url));

/**
 * Writes the configuration of a broker, formats its data folder if that is new, and returns the job
 * that runs it: `kafka`, or `kafka-1`, `kafka-2` and so on in a cluster.
 *
 * @throws {StartError} if the data folder cannot be formatted
 */
export async function brokerJob(options: BrokerOptions): Promise<Job> {
  const { jars, dataFolder } = options;
  await mkdir(dataFolder, { recursive: true });
  const properties = join(dataFolder, "server.properties");
  await writeFile(properties, serverProperties(options));
  const program = await javaProgram();
  const java = (...args: string[]) => [
    `-Dlog4j2.configurationFile=${log4j}`,
    "-cp",
    join(jars, "*"),
    ...args,
  ];
  if (!existsSync(join(logFolder(dataFolder), "meta.properties"))) {
    const format = java(
      ...["kafka.tools.StorageTool", "format", "--ignore-formatted"],
      ...["--cluster-id", "eventflow-local-cluster"],
      ...["--config", properties],
      ...options.further?.formatArguments ?? [],
    );
    await promisify(execFile)(program, format).catch((cause) => {
      throw new StartError(
        `Cannot format Kafka's data folder ${dataFolder}: ${
          describeError(cause)
        }`,
        { cause },
      );
    });
  }
  const { id, size } = placeOf(options);
  const heap = size === 1 ? ["-Xms256m", "-Xmx512m"] : ["-Xms128m", "-Xmx384m"];
  return {
    name: size === 1 ? "kafka" : `kafka-${id}`,
    command: {
      program,
      args: [
        ...heap,
        ...options.further?.javaArguments ?? [],
        ...java(options.further?.main ?? "kafka.Kafka", properties),
      ],
    },
    isReady: () => brokerAnswers(options.port, options.host),
  };
}

/** Whether the broker at `port` answers as one that serves clients. */
export async function brokerAnswers(
  port: number,
  host = LOOPBACK,
): Promise<boolean> {
  const answer = await askLocalBroker(`${host}:${port}`, async (admin) => {
    await admin.topics([]);
    return true;
  });
  return answer ?? false;
}

/**
 * Asks a broker of the local stack, over a connection of its own.
 *
 * @param address host:port
 * @returns undefined if it does not answer
 */
export async function askLocalBroker<T>(
  address: string,
  ask: (admin: KafkaAdmin) => Promise<T>,
): Promise<T | undefined> {
  const client = createKafkaClient({
    config: readConfig("the stack", connectionSettings, {
      KAFKA_BOOTSTRAP_SERVERS: address,
    }),
    clientId: "eventflow-stack",
    log: silentLog(),
  });
  try {
    const admin = await client.admin();
    return await ask(admin).finally(() => admin.close());
  } catch {
    return undefined;
  }
}

function logFolder(dataFolder: string): string {
  return join(dataFolder, "logs");
}

function placeOf(
  { controllerPort, controllerPorts = [controllerPort] }: BrokerOptions,
) {
  return {
    id: controllerPorts.indexOf(controllerPort) + 1,
    size: controllerPorts.length,
  };
}

/** One process as broker and controller (KRaft combined mode), on loopback alone. */
function serverProperties(options: BrokerOptions): string {
  const { dataFolder, host = LOOPBACK, port, controllerPort } = options;
  const { controllerPorts = [controllerPort] } = options;
  const { id, size } = placeOf(options);
  const replicas = Math.min(size, 3);
  // One of three replicas may be away, and what was acknowledged is still on two.
  const inSync = Math.max(1, replicas - 1);
  const { further } = options;
  const listeners = Object.entries(further?.listeners ?? {});
  const places = [
    `PLAINTEXT://${host}:${port}`,
    ...listeners.map(([name, its]) => `${name}://${host}:${its.port}`),
  ];
  const protocols = [
    "PLAINTEXT:PLAINTEXT",
    "CONTROLLER:PLAINTEXT",
    ...listeners.map(([name, { protocol }]) => `${name}:${protocol}`),
  ];
  const properties = {
    "process.roles": "broker,controller",
    "node.id": id,
    "controller.quorum.voters": controllerPorts
      .map((voter, index) => `${index + 1}@${host}:${voter}`).join(","),
    "controller.listener.names": "CONTROLLER",
    "listeners": [...places, `CONTROLLER://${host}:${controllerPort}`].join(),
    "advertised.listeners": places.join(),
    "listener.security.protocol.map": protocols.join(),
    "log.dirs": logFolder(dataFolder),
    // A topic is made from its contract, never by a mistyped name.
    "auto.create.topics.enable": false,
    "default.replication.factor": replicas,
    "min.insync.replicas": inSync,
    "offsets.topic.replication.factor": replicas,
    "transaction.state.log.replication.factor": replicas,
    "transaction.state.log.min.isr": inSync,
    "share.coordinator.state.topic.replication.factor": replicas,
    "share.coordinator.state.topic.min.isr": inSync,
    // Each internal partition is a folder of preallocated indexes; 50 are for real clusters.
    "offsets.topic.num.partitions": INTERNAL_PARTITIONS,
    "transaction.state.log.num.partitions": INTERNAL_PARTITIONS,
    // A lone developer's consumer should not wait 3 s for company.
    "group.initial.rebalance.delay.ms": 0,
    // The default, 128 MiB, is a quarter of this broker's heap.
    "log.cleaner.dedupe.buffer.size": 16 * 1024 * 1024,
    ...further?.properties,
  };
  return Object.entries(properties).map(([key, value]) => `${key}=${value}\n`)
    .join("");
}
