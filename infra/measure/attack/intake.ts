/**
 * The intake that is attacked, as users start it, against a broker of its own.
 *
 * @module
 */
import { topics } from "#contracts/topics.ts";
import { testCluster } from "#kit/kafka/test_cluster.ts";
import { untilLed } from "#kafka/until_led.ts";
import { signedRequests } from "../bench/load/requests.ts";
import { sendAll } from "../bench/load/generator.ts";
import { eventMaker } from "../bench/load/events.ts";
import { WEBHOOK_PATH } from "../bench/intake.ts";
import type { IntakeOptions } from "./attack.ts";
import { startBroker } from "#kit/own_servers.ts";
import type { Processes } from "#kit/processes.ts";
import { SECRET } from "#kit/provider.ts";
import {
  anotherServiceJob,
  serviceEnvironment,
  services,
} from "#local/service_jobs.ts";
import { freePorts } from "#local/settings.ts";
import { topicConfig } from "#operations/topics/topic_plan.ts";
import type { Job } from "#processes/supervisor.ts";

/** A runtime compiles what it runs often, and takes the memory for it. */
const WARM_UP = 2_000;

export type Intake = {
  readonly name: string;
  readonly url: string;
  /** Where it tells operators how it is. */
  readonly operationsUrl: string;
  readonly pid: number;
  /** Whether the process that was started still runs. */
  readonly isAlive: () => boolean;
  readonly end: () => Promise<void>;
};

type Started = {
  readonly job: Job;
  readonly url: string;
  /** Absent if a service has one port for all. */
  readonly operationsUrl?: string;
};

export type Servers = {
  readonly startIntake: (options?: IntakeOptions) => Promise<Intake>;
  readonly pauseKafka: () => void;
  readonly wakeKafka: () => void;
};

/** Starts the broker, with an empty raw topic. */
export async function startServers(processes: Processes): Promise<Servers> {
  const kafka = await startBroker(processes);
  {
    await using cluster = await testCluster(kafka);
    const { name, partitions } = topics.raw;
    const config = topicConfig(topics.raw);
    await cluster.admin.createTopics([{ name, partitions, config }]);
    await untilLed(cluster.admin, name);
  }
  const ports = await freePorts();
  const env = {
    ...serviceEnvironment(ports),
    KAFKA_BOOTSTRAP_SERVERS: kafka,
    [topics.raw.env]: topics.raw.name,
    EVENTFLOW_LOG_FORMAT: "json",
    PAYMENT_PROVIDER_WEBHOOK_SECRET: SECRET,
  };
  const service = services.find(({ name }) => name === "intake");
  if (service === undefined) throw new Error("There is no intake");
  let started = 0;
  return {
    pauseKafka: () => processes.pause("kafka"),
    wakeKafka: () => processes.wake("kafka"),
    async startIntake({ openFiles, env: itsEnv } = {}) {
      const name = `intake-${++started}`;
      const { job, url, operationsUrl = url }: Started =
        await anotherServiceJob(service, {
          as: name,
          ports,
          env: { ...env, ...itsEnv },
        });
      await processes.start(
        openFiles === undefined ? job : withOpenFiles(job, openFiles),
      );
      let isAlive = true;
      processes.exited(name).then(() => isAlive = false);
      await warmUp(url);
      return {
        name,
        url,
        operationsUrl,
        pid: processes.pid(name),
        isAlive: () => isAlive,
        end: () => processes.kill(name),
      };
    },
  };
}

/** Takes both limits down: a runtime raises the lower one to the other. */
function withOpenFiles(job: Job, openFiles: number): Job {
  const { program, args } = job.command;
  const script = `ulimit -n ${openFiles} && exec "$0" "$@"`;
  return {
    ...job,
    command: {
      ...job.command,
      program: "/bin/sh",
      args: ["-c", script, program, ...args],
    },
  };
}

async function warmUp(url: string): Promise<void> {
  const { hostname: host, port } = new URL(url);
  const requests = signedRequests({
    count: WARM_UP,
    event: eventMaker({ run: "warm-up" }),
    secret: SECRET,
    host,
    path: WEBHOOK_PATH,
  });
  await sendAll({ host, port: Number(port), connections: 16 }, requests);
}
