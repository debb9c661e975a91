import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import type { Sql } from "postgres";
import {
  type ConsumerName,
  consumerNames,
  consumers,
  isConsumer,
  ofEachConsumer,
} from "#contracts/services.ts";
import {
  ofEachTopic,
  type TopicId,
  topicIds,
  topics as contracts,
} from "#contracts/topics.ts";
import { sleep } from "#runtime/backoff.ts";
import { MAX_AGE_MS } from "#runtime/metrics_page.ts";
import { groupSettings } from "#kafka/group_settings.ts";
import { type TestCluster, testCluster } from "./kafka/test_cluster.ts";
import { repositoryRoot } from "#local/home.ts";
import { sumOf } from "#local/prometheus_text.ts";
import {
  anotherServiceJob,
  bunProgram,
  operationsUrl,
  serviceEnvironment,
  serviceJob,
  services,
  serviceUrl,
} from "#local/service_jobs.ts";
import { freePorts } from "#local/settings.ts";
import { roleUrl } from "#local/postgres/roles.ts";
import type { Job } from "#processes/supervisor.ts";
import { topicConfig } from "#operations/topics/topic_plan.ts";
import { freshDatabase } from "./fresh_database.ts";
import type { Processes } from "./processes.ts";
import { SECRET } from "./provider.ts";

/** What is a promise on a machine of one's own is no reason to fail on one that has other work. */
const busyMachine = {
  EVENTFLOW_START_TIMEOUT_MS: "300000",
  EVENTFLOW_DRAIN_TIMEOUT_MS: "60000",
};

/** Settings of an intake that takes what it is sent, however long Kafka and the sender take for it. */
export const patientIntake = {
  EVENTFLOW_INTAKE_PUBLISH_TIMEOUT_MS: "40000",
  EVENTFLOW_INTAKE_BODY_TIMEOUT_MS: "15000",
  EVENTFLOW_INTAKE_SMALL_BODY_TIMEOUT_MS: "15000",
};

export type ServiceName = (typeof services)[number]["name"];

export type WorkerName = ConsumerName;

/** A pipeline of its own: fresh topics, groups, database and ports, and services as a user starts them. */
export type Pipeline = AsyncDisposable & {
  readonly cluster: TestCluster;
  readonly topics: Readonly<Record<TopicId, string>>;
  readonly groups: Readonly<Record<WorkerName, string>>;
  /** The group and the topic of a worker. */
  input(worker: WorkerName): { readonly group: string; readonly topic: string };
  /** The workers that were ever started. */
  readonly workers: ReadonlySet<WorkerName>;
  /** For whatever a scenario writes; removed with its processes. */
  readonly folder: string;
  /** A connection to the database, for looking at what is stored. */
  readonly sql: Sql;
  /** What its services are told; also what a command needs to look at this pipeline. */
  readonly environment: Readonly<Record<string, string>>;
  /** Starts services together and waits until each is ready. */
  start(...names: readonly ServiceName[]): Promise<void>;
  /**
   * Starts one more instance of a service, with a port of its own.
   *
   * @param as names it among the processes, and for `url` and `metric`
   * @param env further settings of this one
   * @returns its URL
   */
  startAnother(
    name: ServiceName,
    as: string,
    env?: Readonly<Record<string, string>>,
  ): Promise<string>;
  url(name: string): string;
  /** Where a service tells operators how it is: `/ready` with the reasons, `/metrics`. */
  operationsUrl(name: string): string;
  /** Sum of a metric's series, of those that carry all of `labels`; undefined if there is none. */
  metric(
    name: string,
    metric: string,
    labels?: Readonly<Record<string, string>>,
  ): Promise<number | undefined>;
  /** Records of a topic that a group has not finished. */
  lag(group: string, topic: string): Promise<number>;
  /** Whether a worker's committed offset is the end of its topic, in every partition. */
  isFinished(worker: WorkerName): Promise<boolean>;
};

export type PipelineOptions = {
  /** host:port of another broker than the test runner's. */
  readonly kafka?: string;
  /** postgres:// URL of a database on another server than the test runner's. */
  readonly postgres?: string;
  /** Further settings of the services. */
  readonly env?: Readonly<Record<string, string>>;
  /** Further settings of one service. */
  readonly envOf?: Readonly<
    Partial<Record<ServiceName, Readonly<Record<string, string>>>>
  >;
};

/** Makes topics, groups and a database; services are started by the scenario. */
export async function openPipeline(
  processes: Processes,
  options: PipelineOptions = {},
): Promise<Pipeline> {
  const kafka = options.kafka ?? process.env.EVENTFLOW_TEST_KAFKA ?? "";
  const admin = options.postgres ?? process.env.EVENTFLOW_TEST_POSTGRES ?? "";
  const id = randomUUID().slice(0, 8);
  const cluster = await testCluster(kafka);
  const topics = ofEachTopic((topic) => `${topic.toLowerCase()}-${id}`);
  await cluster.admin.createTopics(
    topicIds.map((topic) => ({
      name: topics[topic],
      partitions: contracts[topic].partitions,
      config: topicConfig(contracts[topic]),
    })),
  );
  const groups = ofEachConsumer("", (_, name) => `${name}-${id}`);
  const database = await freshDatabase(admin, `scenario_${id}`);
  const ports = await freePorts();
  const environment = {
    ...serviceEnvironment(ports),
    KAFKA_BOOTSTRAP_SERVERS: kafka,
    ...Object.fromEntries(
      topicIds.map((topic) => [contracts[topic].env, topics[topic]]),
    ),
    ...Object.fromEntries(
      consumerNames.map((name) => [
        groupSettings[`${name}Group`].env,
        groups[name],
      ]),
    ),
    EVENTFLOW_DB_URL: roleUrl(database.url, "writer"),
    EVENTFLOW_DESK_DB_URL: roleUrl(database.url, "desk"),
    EVENTFLOW_LOG_FORMAT: "json",
    PAYMENT_PROVIDER_WEBHOOK_SECRET: SECRET,
    ...busyMachine,
    ...options.env,
  };
  await promisify(execFile)(
    bunProgram,
    [join(repositoryRoot, "workers/persistence/migrate.ts")],
    {
      env: {
        ...process.env,
        ...environment,
        EVENTFLOW_DB_URL: roleUrl(database.url, "owner"),
      },
      cwd: repositoryRoot,
    },
  );

  const urls = new Map<string, { url: string; operationsUrl: string }>(
    services.map(({ name }) => [name, {
      url: serviceUrl(name, ports),
      operationsUrl: operationsUrl(name, ports),
    }]),
  );
  const urlsOf = (name: string) => {
    const found = urls.get(name);
    if (found === undefined) throw new Error(`There is no service ${name}`);
    return found;
  };
  const input = (worker: WorkerName) => ({
    group: groups[worker],
    topic: topics[consumers[worker].reads],
  });
  const environmentOf = (name: ServiceName) => ({
    ...environment,
    ...options.envOf?.[name],
  });
  const started = new Set<string>();
  const workers = new Set<WorkerName>();
  const jobOf = async (name: ServiceName): Promise<Job> => {
    const service = services.find((one) => one.name === name);
    if (service === undefined) throw new Error(`There is no service ${name}`);
    started.add(name);
    return await serviceJob(service, ports, environmentOf(name));
  };
  const anotherJobOf = async (
    name: ServiceName,
    as: string,
    further: Readonly<Record<string, string>>,
  ) => {
    const service = services.find((one) => one.name === name);
    if (service === undefined) throw new Error(`There is no service ${name}`);
    started.add(as);
    const env = { ...environmentOf(name), ...further };
    return await anotherServiceJob(service, { as, ports, env });
  };
  return {
    cluster,
    topics,
    groups,
    input,
    workers,
    folder: processes.folder,
    environment,
    sql: database.sql,
    url: (name) => urlsOf(name).url,
    operationsUrl: (name) => urlsOf(name).operationsUrl,
    async startAnother(name, as, env = {}) {
      const another = await anotherJobOf(name, as, env);
      urls.set(as, another);
      await processes.start(another.job);
      return another.url;
    },
    async start(...names) {
      for (const name of names) if (isConsumer(name)) workers.add(name);
      await processes.start(...await Promise.all(names.map(jobOf)));
    },
    async metric(name, metric, labels) {
      // What is shown then was rendered after this was called.
      await sleep(MAX_AGE_MS);
      const response = await fetch(`${urlsOf(name).operationsUrl}/metrics`);
      return sumOf(await response.text(), metric, labels);
    },
    async lag(group, topic) {
      const ends = await cluster.admin.endOffsets(topic);
      const positions = await cluster.admin.positions(group, topic);
      return [...ends].reduce(
        (sum, [partition, end]) => sum + end - (positions.get(partition) ?? 0),
        0,
      );
    },
    async isFinished(worker) {
      const { group, topic } = input(worker);
      const ends = await cluster.admin.endOffsets(topic);
      const positions = await cluster.admin.positions(group, topic);
      return [...ends].every(([partition, end]) =>
        end === (positions.get(partition) ?? 0)
      );
    },
    async [Symbol.asyncDispose]() {
      for (const name of started) await processes.kill(name);
      await cluster[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}
