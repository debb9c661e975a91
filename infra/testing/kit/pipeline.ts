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
  bunOf,
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
import { knownTo } from "../../releases/known_variables.ts";
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
   * Starts services of another working tree, each in the place of one that has ended, if there was one.
   *
   * @param root of that working tree, with its packages installed
   */
  startFrom(root: string, ...names: readonly ServiceName[]): Promise<void>;
  /** Brings the database to the schema of a working tree: this one, if none is named. */
  migrate(root?: string): Promise<void>;
  /**
   * Starts one more instance of a service, with a port of its own.
   *
   * @param as names it among the processes, and for `url` and `metric`
   * @param env further settings of this one
   * @param root of the working tree it is started from: this one, if none is named
   * @returns its URL
   */
  startAnother(
    name: ServiceName,
    as: string,
    env?: Readonly<Record<string, string>>,
    root?: string,
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
  /** The working tree whose migrations the database begins with: this one, if none is named. */
  readonly root?: string;
  /** Further settings of the services. */
  readonly env?: Readonly<Record<string, string>>;
  /** Further settings of one service. */
  readonly envOf?: Readonly<
    Partial<Record<ServiceName, Readonly<Record<string, string>>>>
  >;
};

/** What a scenario tells a service of a working tree; to this one it may say more than there are settings. */
function toldBy(
  root: string,
  environment: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, string>>> {
  return root === repositoryRoot
    ? Promise.resolve(environment)
    : knownTo(root, environment);
}

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
  const migrate = async (root = repositoryRoot) => {
    const env = await toldBy(root, environment);
    await promisify(execFile)(
      bunOf(root),
      [join(root, "workers/persistence/migrate.ts")],
      {
        env: {
          ...process.env,
          ...env,
          EVENTFLOW_DB_URL: roleUrl(database.url, "owner"),
        },
        cwd: root,
      },
    );
  };
  await migrate(options.root);

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
  const jobOf = async (name: ServiceName, root: string): Promise<Job> => {
    const service = services.find((one) => one.name === name);
    if (service === undefined) throw new Error(`There is no service ${name}`);
    started.add(name);
    const env = await toldBy(root, environmentOf(name));
    return await serviceJob(service, ports, env, root);
  };
  const startFrom: Pipeline["startFrom"] = async (root, ...names) => {
    for (const name of names) if (isConsumer(name)) workers.add(name);
    const jobs = names.map((name) => jobOf(name, root));
    await processes.start(...await Promise.all(jobs));
  };
  const anotherJobOf = async (
    name: ServiceName,
    as: string,
    further: Readonly<Record<string, string>>,
    root: string,
  ) => {
    const service = services.find((one) => one.name === name);
    if (service === undefined) throw new Error(`There is no service ${name}`);
    started.add(as);
    const told = { ...environmentOf(name), ...further };
    const env = await toldBy(root, told);
    return await anotherServiceJob(service, { as, ports, env, root });
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
    migrate,
    startFrom,
    start: (...names) => startFrom(repositoryRoot, ...names),
    async startAnother(name, as, env = {}, root = repositoryRoot) {
      const another = await anotherJobOf(name, as, env, root);
      urls.set(as, another);
      await processes.start(another.job);
      return another.url;
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
