import { StartError } from "#runtime/lifecycle.ts";
import { SECRET } from "../scenarios/provider.ts";
import type { Home } from "../stack/home.ts";
import { installMissing } from "../stack/install.ts";
import { brokerAnswers } from "../stack/kafka/broker.ts";
import { postgresAnswers } from "../stack/postgres/server.ts";
import {
  anotherServiceJob,
  readinessOf,
  type ServiceEnvironment,
  serviceEnvironment,
  services as stackServices,
} from "../stack/services.ts";
import { freePorts } from "../stack/settings.ts";
import { startServers } from "../stack/start.ts";
import type { Supervisor } from "../stack/supervisor.ts";
import {
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
  /** Whether a part of it can do its work. Never throws. */
  readonly isReady: (target: Target) => Promise<boolean>;
};

/**
 * Starts a broker, a database and two instances of the intake, each on a free port, and makes ready two of
 * every worker.
 *
 * @throws {StartError} one sentence for the person who started it
 */
export async function startStack(
  { home, supervisor, say, stopping }: {
    home: Home;
    supervisor: Supervisor;
    say: (line: string) => void;
    stopping: AbortSignal;
  },
): Promise<SoakStack> {
  await installMissing(home, { say, stopping });
  const ports = await freePorts();
  const env = {
    ...serviceEnvironment(ports),
    EVENTFLOW_LOG_FORMAT: "json",
    PAYMENT_PROVIDER_WEBHOOK_SECRET: SECRET,
  };
  if (!stopping.aborted) {
    await startServers({ home, ports, env, supervisor, say, stopping });
  }
  say("Starting two intakes …");
  const started = await Promise.all(
    [...services, ...steadyInstances].map(async (as) => {
      const service = stackServices.find(({ name }) => name === serviceOf(as));
      if (service === undefined) throw new StartError(`There is no ${as}`);
      const { job, url } = await anotherServiceJob(service, { as, ports, env });
      return { as, job, url };
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
    startWorkers: () => start((target) => !isIntake(target)),
    async isReady(target) {
      if (target === "kafka") return await brokerAnswers(ports.kafka);
      if (target === "postgres") return await postgresAnswers(ports.postgres);
      return (await readinessOf(urls[target] ?? "")).ready;
    },
  };
}
