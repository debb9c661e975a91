import process from "node:process";
import { consumerNames, consumers } from "#contracts/services.ts";
import { topics } from "#contracts/topics.ts";
import { readConfig } from "#runtime/config.ts";
import { silentLog } from "#runtime/log.ts";
import { createKafkaClient } from "#kafka/kafkajs/client.ts";
import { groupSettings } from "#kafka/group_settings.ts";
import type { KafkaClient } from "#kafka/port.ts";
import { connectionSettings } from "#kafka/settings.ts";
import type { Home } from "#local/home.ts";
import { installMissing } from "#local/install.ts";
import {
  type ServiceEnvironment,
  serviceEnvironment,
  serviceJob,
  services,
  type StackService,
} from "#local/service_jobs.ts";
import { freePorts, type Ports } from "#local/settings.ts";
import { startServers } from "#local/start.ts";
import { openTemporaryHome } from "#local/temporary_home.ts";
import { type Job, Supervisor } from "#processes/supervisor.ts";

/** A Kafka and a PostgreSQL of a measurement's own, with topics and tables; services are started by the measurement. */
export type OwnStack = {
  readonly home: Home;
  readonly ports: Ports;
  /** What its services are told. */
  readonly env: ServiceEnvironment;
  readonly kafka: KafkaClient;
  /** Of the servers, and of what runs until the end. */
  readonly supervisor: Supervisor;
  /** A service as the stack has it. */
  job(name: StackService["name"]): Promise<Job>;
  /** A further supervisor, for what is stopped before the end. */
  another(): Supervisor;
};

/**
 * Does something with a stack on free ports and in a folder of its own, and removes it all.
 *
 * @param of.name begins the folder's name, and is what Kafka calls the client
 * @param of.env what its services are told beside what all are
 * @throws {StartError|ConfigError} one sentence for the person who started it
 */
export async function withOwnStack<T>(
  { name, env: more, say, stopping }: {
    name: string;
    env: ServiceEnvironment;
    say: (line: string) => void;
    stopping: AbortSignal;
  },
  work: (stack: OwnStack) => Promise<T>,
): Promise<T> {
  const temporary = await openTemporaryHome(`${name}-`);
  const { home } = temporary;
  const supervisors: Supervisor[] = [];
  const another = () => {
    const one = new Supervisor({ home, say: () => {} });
    supervisors.push(one);
    return one;
  };
  const supervisor = another();
  try {
    await installMissing(home, { say, stopping });
    const ports = await freePorts();
    const env = { ...serviceEnvironment(ports), ...contractNames, ...more };
    await startServers({ home, ports, env, supervisor, say, stopping });
    const kafka = createKafkaClient({
      config: readConfig("the measurement", connectionSettings, {
        ...process.env,
        ...env,
      }),
      clientId: name,
      log: silentLog(),
    });
    return await work({
      home,
      ports,
      env,
      kafka,
      supervisor,
      job: (name) => serviceJob(serviceOf(name), ports, env),
      another,
    });
  } finally {
    for (const one of supervisors.toReversed()) await one.stop();
    await temporary.remove();
  }
}

/** What topics and groups are called, whatever the environment says of another stack's. */
const contractNames: ServiceEnvironment = Object.fromEntries([
  ...Object.values(topics).map(({ env, name }) => [env, name]),
  ...consumerNames.map((name) => [
    groupSettings[`${name}Group`].env,
    consumers[name].service,
  ]),
]);

/** @throws {Error} if the stack has none of that name */
export function serviceOf(name: StackService["name"]): StackService {
  const service = services.find((one) => one.name === name);
  if (service === undefined) throw new Error(`There is no ${name}`);
  return service;
}
