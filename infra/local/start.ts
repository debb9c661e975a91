import { join } from "node:path";
import process from "node:process";
import type { Environment } from "#runtime/config.ts";
import { StartError } from "#runtime/lifecycle.ts";
import type { ChosenProviders } from "../../ingest/provider_accounts/chosen_providers.ts";
import { startChild } from "#processes/child.ts";
import { announce } from "./current_stack.ts";
import { Holds } from "#processes/holds.ts";
import { type Home, repositoryRoot } from "./home.ts";
import { installMissing } from "./install.ts";
import { brokerJob } from "./kafka/broker.ts";
import { lastWords } from "#processes/log_tail.ts";
import { PidFiles } from "#processes/pid_files.ts";
import { databaseUrl, postgresJob } from "./postgres/server.ts";
import {
  bunProgram,
  instanceJob,
  instancesOf,
  type ServiceEnvironment,
  serviceEnvironment,
  stages,
} from "./service_jobs.ts";
import {
  configuredPlaces,
  type Places,
  placesWithFreePorts,
  type Ports,
} from "./settings.ts";
import type { Job, Supervisor } from "#processes/supervisor.ts";
import { requireFreePorts } from "./taken_ports.ts";
import { simulateProviders } from "./up_providers.ts";
import { syncTopics } from "#operations/topics/topics.ts";

/**
 * Starts everything in order, each step when the one before is ready. A supervisor that was told to
 * stop starts nothing more.
 *
 * @param of.providers whose webhooks are simulated, too
 * @returns where it all listens, and what else is to be said
 * @throws {StartError|ConfigError} one sentence for the person who started it
 */
export async function startStack(
  { home, supervisor, say, stopping, providers }: {
    home: Home;
    supervisor: Supervisor;
    say: (line: string) => void;
    stopping: AbortSignal;
    providers?: ChosenProviders;
  },
): Promise<{ places: Places; notes: readonly string[] }> {
  const places = await placesWithFreePorts(configuredPlaces());
  const { ports } = places;
  for (const name of await new PidFiles(home.pids).endAll(10_000)) {
    say(`Ended ${name}, which an earlier run had left behind.`);
  }
  await new Holds(home.held).clear();
  await requireFreePorts(places);
  await announce(home, places);
  await installMissing(home, { say, stopping });

  const simulated = providers === undefined
    ? undefined
    : await simulateProviders(providers, { home, ports });
  const notes = simulated === undefined ? [] : [simulated.note];
  const more = { ...withCustomers(process.env), ...simulated?.env };
  if (stopping.aborted) return { places, notes };
  await startServers({ home, ports, supervisor, say, stopping });

  for (const stage of stages) {
    if (stopping.aborted) break;
    const instances = stage.flatMap((service) => instancesOf(service, places));
    say(`Starting ${instances.map(({ name }) => name).join(", ")} …`);
    await supervisor.start(
      ...await Promise.all(
        instances.map((one) => instanceJob(one, more)),
      ),
    );
  }
  return { places, notes };
}

/** Of fewer, each would pay so often that velocity tells nothing; of more, hardly any comes again within an hour. */
const CUSTOMERS = "10000";

/** Without customers there would be nothing to enrich payments with. */
function withCustomers({ SIMULATOR_CUSTOMERS }: Environment) {
  return { SIMULATOR_CUSTOMERS: SIMULATOR_CUSTOMERS || CUSTOMERS };
}

/**
 * Starts Kafka and PostgreSQL, with the topics and tables that the services expect.
 *
 * @param env what the services are told
 * @param brokers other brokers than the lone one of the local stack; `env` says where they are
 * @param postgresSettings further settings of PostgreSQL
 * @throws {StartError|ConfigError} one sentence for the person who started it
 */
export async function startServers(
  {
    home,
    ports,
    env = serviceEnvironment(ports),
    brokers,
    postgresSettings = {},
    supervisor,
    say,
    stopping,
  }: {
    home: Home;
    ports: Ports;
    env?: ServiceEnvironment;
    brokers?: readonly Job[];
    postgresSettings?: Readonly<Record<string, string>>;
    supervisor: Supervisor;
    say: (line: string) => void;
    stopping: AbortSignal;
  },
): Promise<void> {
  say("Starting Kafka and PostgreSQL …");
  const [kafka, postgres] = await Promise.all([
    brokers ?? loneBroker(home, ports),
    postgresJob({
      dataFolder: home.postgresData,
      port: ports.postgres,
      settings: postgresSettings,
    }),
  ]);
  await supervisor.start(...kafka, postgres);
  if (stopping.aborted) return;

  say("Applying topics and migrations …");
  await Promise.all([
    applyTopics(env, (line) => say(`  ${line}`)),
    applyMigrations({
      home,
      env: { ...env, EVENTFLOW_DB_URL: databaseUrl(ports.postgres, "owner") },
      say: (line) => say(`  ${line}`),
    }),
  ]);
}

async function loneBroker(home: Home, ports: Ports): Promise<readonly Job[]> {
  return [
    await brokerJob({
      jars: home.kafkaJars,
      dataFolder: home.kafkaData,
      port: ports.kafka,
      controllerPort: ports.kafkaController,
    }),
  ];
}

async function applyTopics(
  env: ServiceEnvironment,
  say: (line: string) => void,
): Promise<void> {
  await syncTopics({
    apply: true,
    raisePartitions: false,
    say,
    env: { ...process.env, ...env },
  });
}

async function applyMigrations(
  { home, env, say }: {
    home: Home;
    env: ServiceEnvironment;
    say: (line: string) => void;
  },
): Promise<void> {
  const log = join(home.logs, "migrations.log");
  const child = await startChild({
    program: bunProgram,
    args: [join(repositoryRoot, "workers/persistence/migrate.ts")],
    cwd: repositoryRoot,
    env,
  }, log);
  const { code } = await child.exited;
  const line = await lastWords(log);
  if (code !== 0) {
    throw new StartError(`The migrations failed: ${line} (log: ${log})`);
  }
  say(line);
}
