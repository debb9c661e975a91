/**
 * The history of a scenario's pipeline: workers of Kafka Connect that write it, and what is in it.
 *
 * @module
 */
import { join } from "node:path";
import postgres from "postgres";
import {
  connectorStatus,
  prepareCatalog,
  putConnector,
  seedPositions,
} from "#local/history/connect.ts";
import { installPlugin } from "#local/history/plugin.ts";
import { connectWorkerJob } from "#local/history/worker.ts";
import { stackHome } from "#local/home.ts";
import { connectorConfig } from "#operations/history/connector.ts";
import { type History, openHistory } from "#operations/history/history.ts";
import { type KeptTopic, keptTopics } from "#operations/history/tables.ts";
import { freePort } from "#processes/ports.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import type { Pipeline } from "./pipeline.ts";
import type { Processes } from "./processes.ts";
import { until } from "./until.ts";

export type WrittenHistory = AsyncDisposable & {
  /** Names of its workers among the processes. */
  readonly workers: readonly string[];
  /** What a command needs to find it. */
  readonly environment: Readonly<Record<string, string>>;
  /** As the last commit left it. */
  open(): Promise<History>;
};

const COMMIT_INTERVAL_MS = 2_000;

/**
 * Has workers write the history of a pipeline whose broker and database are the scenario's own.
 *
 * @param postgresUrl of the server, for its superuser
 */
export async function writeHistory(
  processes: Processes,
  { pipeline, kafka, postgresUrl, workers: count }: {
    readonly pipeline: Pipeline;
    readonly kafka: string;
    readonly postgresUrl: string;
    readonly workers: number;
  },
): Promise<WrittenHistory> {
  const { topics, cluster } = pipeline;
  const { kafkaJars: jars, root } = stackHome();
  const plugins = await installPlugin(root, (line) => console.log(line));
  const catalog = new URL(postgresUrl);
  catalog.pathname = "/history";
  await prepareCatalog(catalog.href);
  const controlTopic = "history-control";
  await cluster.admin.createTopics([
    { name: controlTopic, partitions: 1, config: {} },
  ]);
  const kept = keptTopics.map((id) => topics[id]);
  await seedPositions({
    admin: cluster.admin,
    jars,
    kafka,
    topics: kept,
    controlTopic,
  });
  const workers = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const port = await freePort();
      const name = `connect-${index + 1}`;
      const folder = processes.folder;
      const job = await connectWorkerJob({
        ...{ name, jars, plugins, folder, kafka, port },
        catalog: catalog.href,
        group: "history-connect",
      });
      return { name, port, job };
    }),
  );
  await processes.start(...workers.map(({ job }) => job));
  const url = `http://127.0.0.1:${workers[0]?.port}`;
  await putConnector(
    url,
    connectorConfig({
      topics,
      controlTopic,
      warehouse: `file://${join(processes.folder, "history")}`,
      catalog: catalog.href,
      tasks: count,
      commitIntervalMs: COMMIT_INTERVAL_MS,
    }),
  );
  await until("the history's tasks ran", async () => {
    const status = await connectorStatus(url);
    const failed = status?.tasks.find(({ state }) => state === "FAILED");
    if (failed !== undefined) throw new Error(failed.trace);
    return status?.tasks.length === count &&
      status.tasks.every(({ state }) => state === "RUNNING");
  });
  const sql = postgres(catalog.href, { max: 1, onnotice: () => {} });
  return {
    workers: workers.map(({ name }) => name),
    environment: { EVENTFLOW_HISTORY_CATALOG_URL: catalog.href },
    open: () => openHistory(sql),
    async [Symbol.asyncDispose]() {
      await sql.end({ timeout: 1 });
    },
  };
}

/** How many rows a table of it has. */
export async function rowsOf(
  history: WrittenHistory,
  id: KeptTopic,
): Promise<number> {
  using opened = await history.open();
  return opened.tables.get(id)?.files
    .reduce((sum, { rows }) => sum + rows, 0) ?? 0;
}

/** All that a record says, wherever it lies. */
export function said({ key, value, headers, timestampMs }: ReceivedRecord) {
  return {
    key: String(key),
    value: String(value),
    timestampMs,
    headers: headers.map((header) => `${header.name}: ${header.value}`).sort(),
  };
}
