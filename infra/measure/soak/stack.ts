import { StartError } from "#runtime/lifecycle.ts";
import { topics } from "#contracts/topics.ts";
import { SECRET } from "#kit/provider.ts";
import type { Home } from "#local/home.ts";
import { installMissing } from "#local/install.ts";
import { brokerAnswers } from "#local/kafka/broker.ts";
import { postgresAnswers } from "#local/postgres/server.ts";
import {
  anotherServiceJob,
  readinessOf,
  type ServiceEnvironment,
  serviceEnvironment,
  services as stackServices,
} from "#local/service_jobs.ts";
import { freePorts } from "#local/settings.ts";
import { startServers } from "#local/start.ts";
import type { Supervisor } from "#processes/supervisor.ts";
import { soakBrokers } from "./brokers.ts";
import {
  type BrokerCount,
  isBroker,
  isIntake,
  serviceOf,
  services,
  steadyInstances,
  type Target,
} from "./schedule.ts";

export type SoakStack = {
  /** What its services are told. */
  readonly env: ServiceEnvironment;
  /** URL of each instance of a service. */
  readonly urls: Readonly<Record<string, string>>;
  /** Starts the workers, and waits until they are ready. */
  readonly startWorkers: () => Promise<void>;
  /** host:port of each broker. */
  readonly brokers: readonly string[];
  /** Whether a part of it can do its work. Never throws. */
  readonly isReady: (target: Target) => Promise<boolean>;
  /** Whether it may be broken: a broker of several while they are whole, all else always. Never throws. */
  readonly mayBreak: (target: Target) => Promise<boolean>;
};

/** For each part to start. Many start at once, beside the load. */
const START_DEADLINE_MS = 5 * 60_000;

/**
 * Starts brokers, a database and two instances of the intake, each on a free port, and makes ready two of
 * every worker.
 *
 * @throws {StartError} one sentence for the person who started it
 */
export async function startStack(
  { brokers: count, home, supervisor, say, stopping }: {
    brokers: BrokerCount;
    home: Home;
    supervisor: Supervisor;
    say: (line: string) => void;
    stopping: AbortSignal;
  },
): Promise<SoakStack> {
  await installMissing(home, { say, stopping });
  const ports = await freePorts();
  const brokers = await soakBrokers({ count, home, ports });
  const env = {
    ...serviceEnvironment(ports),
    KAFKA_BOOTSTRAP_SERVERS: brokers.addresses.join(","),
    ...Object.fromEntries(
      Object.values(topics).map(({ env, name }) => [env, name]),
    ),
    EVENTFLOW_LOG_FORMAT: "json",
    PAYMENT_PROVIDER_WEBHOOK_SECRET: SECRET,
  };
  if (!stopping.aborted) {
    await startServers({
      home,
      ports,
      env,
      brokers: brokers.jobs,
      supervisor,
      say,
      stopping,
    });
  }
  say("Starting two intakes …");
  const started = await Promise.all(
    [...services, ...steadyInstances].map(async (as) => {
      const service = stackServices.find(({ name }) => name === serviceOf(as));
      if (service === undefined) throw new StartError(`There is no ${as}`);
      const { job, url } = await anotherServiceJob(service, { as, ports, env });
      return { as, job: { ...job, startDeadlineMs: START_DEADLINE_MS }, url };
    }),
  );
  const start = (some: (target: string) => boolean) =>
    supervisor.start(
      ...started.filter(({ as }) => some(as)).map(({ job }) => job),
    );
  await start(isIntake);
  const urls = Object.fromEntries(started.map(({ as, url }) => [as, url]));
  return {
    env,
    urls,
    brokers: brokers.addresses,
    startWorkers: () => start((target) => !isIntake(target)),
    async isReady(target) {
      if (target === "kafka") return await brokerAnswers(ports.kafka);
      if (isBroker(target)) return await brokers.isWhole();
      if (target === "postgres") return await postgresAnswers(ports.postgres);
      return (await readinessOf(urls[target] ?? "")).ready;
    },
    mayBreak: async (target) =>
      target === "kafka" || !isBroker(target) || await brokers.isWhole(),
  };
}
