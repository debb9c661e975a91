import process from "node:process";
import { sleep } from "#runtime/backoff.ts";
import type { Config } from "#runtime/config.ts";
import { LOOPBACK } from "#runtime/development.ts";
import { exitCodes } from "#runtime/errors.ts";
import { silentLog } from "#runtime/log.ts";
import { say } from "#runtime/command_line.ts";
import { createKafkaClient } from "#kafka/kafkajs/client.ts";
import {
  connectionSettings,
  topicNames,
  topicSettings,
} from "#kafka/settings.ts";
import type { historySettings } from "#operations/history/settings.ts";
import { keptTopics } from "#operations/history/tables.ts";
import { onAbandoned } from "#processes/abandoned.ts";
import { freePort } from "#processes/ports.ts";
import { Supervisor } from "#processes/supervisor.ts";
import { stackHome } from "../home.ts";
import { requireJava } from "../kafka/java.ts";
import { installKafka } from "../kafka/install.ts";
import {
  connectorStatus,
  prepareCatalog,
  putConnector,
  restartFailed,
  seedPositions,
} from "./connect.ts";
import { installPlugin } from "./plugin.ts";
import { connectWorkerJob } from "./worker.ts";

type Settings =
  & typeof connectionSettings
  & typeof topicSettings
  & typeof historySettings;

const GROUP = "eventflow-history-connect";
const CHECK_EVERY_MS = 5_000;

/**
 * Has the history written until somebody stops it. A worker that ends is started again, and so is a task that failed.
 *
 * @param of.catalog postgres:// URL of its database, which is made unless it is there
 * @throws {StartError} if it cannot be begun, in a sentence
 */
export async function up(
  { config, catalog, connector, workers }: {
    readonly config: Config<Settings>;
    readonly catalog: string;
    readonly connector: Readonly<Record<string, string>>;
    readonly workers: number;
  },
): Promise<number> {
  const stopping = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => stopping.abort());
  }
  const watch = onAbandoned(() => stopping.abort());
  const home = stackHome();
  const supervisor = new Supervisor({ home, say });
  try {
    await requireJava(say, stopping.signal);
    await installKafka(home.kafkaJars, say, stopping.signal);
    const plugins = await installPlugin(home.root, say, stopping.signal);
    await prepareCatalog(catalog);
    await preparePositions(config, home.kafkaJars);
    const ports = await Promise.all(Array.from({ length: workers }, freePort));
    const jobs = ports.map((port, index) =>
      connectWorkerJob({
        name: `history-${index + 1}`,
        jars: home.kafkaJars,
        plugins,
        folder: home.root,
        kafka: config.bootstrapServers.join(),
        group: GROUP,
        port,
        catalog,
      })
    );
    await supervisor.start(...await Promise.all(jobs));
    const urls = ports.map((port) => `http://${LOOPBACK}:${port}`);
    await putConnector(urls[0] ?? "", connector);
    say(`The history is written by ${workers} workers: ${urls.join(", ")}`);
    await watchTasks(urls, stopping.signal);
    say("\nStopping …");
  } finally {
    clearInterval(watch);
    await supervisor.stop();
  }
  return exitCodes.ok;
}

/** Makes the control topic, and gives the connector's groups their first positions. */
async function preparePositions(
  config: Config<Settings>,
  jars: string,
): Promise<void> {
  const client = createKafkaClient({
    config,
    clientId: "eventflow-history",
    log: silentLog(),
  });
  const admin = await client.admin();
  try {
    const controlTopic = config.historyControlTopic;
    if ((await admin.topics([controlTopic])).length === 0) {
      await admin.createTopics([
        { name: controlTopic, partitions: 1, config: {} },
      ]);
    }
    const names = topicNames(config);
    await seedPositions({
      admin,
      jars,
      kafka: config.bootstrapServers.join(),
      topics: keptTopics.map((id) => names[id]),
      controlTopic,
    });
  } finally {
    await admin.close();
  }
}

/** Says once of each task that failed why, and starts it again. */
async function watchTasks(
  workers: readonly string[],
  stopping: AbortSignal,
): Promise<void> {
  while (!stopping.aborted) {
    await sleep(CHECK_EVERY_MS, stopping);
    for (const worker of workers) {
      const status = await connectorStatus(worker);
      if (status === undefined) continue;
      const failed = status.tasks.filter(({ state }) => state === "FAILED");
      for (const { id, trace } of failed) {
        const why = trace?.match(/Caused by: (.*)/)?.[1] ??
          trace?.split("\n")[0];
        say(`Task ${id} failed and is started again: ${why}`);
      }
      if (failed.length > 0) await restartFailed(worker);
      break;
    }
  }
}
