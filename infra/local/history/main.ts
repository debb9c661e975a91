/**
 * `deno task history`: has the history written, says how far it is, and asks it.
 *
 * @module
 */
import { Command } from "commander";
import process from "node:process";
import { type Config, readConfig } from "#runtime/config.ts";
import { exitCodes } from "#runtime/errors.ts";
import { runCommand, say } from "#runtime/command_line.ts";
import {
  connectionRelations,
  connectionSettings,
  topicNames,
  topicSettings,
} from "#kafka/settings.ts";
import { groupSettings, noSingleGroup } from "#kafka/group_settings.ts";
import { createKafkaClient } from "#kafka/kafkajs/client.ts";
import { silentLog } from "#runtime/log.ts";
import { rebuild } from "#operations/history/rebuild.ts";
import { connectorConfig } from "#operations/history/connector.ts";
import { type History, openHistoryOf } from "#operations/history/history.ts";
import { catalogOf, historySettings } from "#operations/history/settings.ts";
import { printRows } from "#operations/history/print_rows.ts";
import { statusLines } from "#operations/history/status.ts";
import { wholeFromOne } from "#runtime/whole_number.ts";
import { stackHome } from "../home.ts";
import { up } from "./up.ts";

const settings = {
  ...connectionSettings,
  ...topicSettings,
  ...historySettings,
};

const program = new Command("deno task history")
  .description(
    "The validated, enriched and dead-letter topics, kept for good in Apache Iceberg.",
  )
  .exitOverride(({ exitCode }) =>
    process.exit(exitCode === 0 ? 0 : exitCodes.config)
  );

program.command("up")
  .description(
    "write it, until Ctrl-C: workers of Kafka Connect on this machine, which run Apache Iceberg's sink",
  )
  .option("--workers <number>", "how many", wholeFromOne, 2)
  .action(({ workers }: { workers: number }) =>
    runCommand(async () => {
      const config = read();
      return await up({
        config,
        catalog: catalogOf(config),
        connector: connectorOf(config),
        workers,
      });
    })
  );

program.command("connector")
  .description(
    "print the connector's configuration, for a Kafka Connect of your own",
  )
  .action(() =>
    runCommand(() => {
      say(JSON.stringify(connectorOf(read()), null, 2));
      return Promise.resolve(exitCodes.ok);
    })
  );

program.command("status")
  .description("say what the history has, and whether a row is there twice")
  .action(() =>
    runCommand(async () => {
      using history = await open();
      const { lines, isWell } = await statusLines(history);
      for (const line of lines) say(line);
      return isWell ? exitCodes.ok : 1;
    })
  );

program.command("query <sql>")
  .description(
    'ask it: validated, enriched and dead_letters are tables, as in "select count(*) from validated"',
  )
  .option("--json", "print one JSON object a row", false)
  .action((statement: string, { json }: { json: boolean }) =>
    runCommand(async () => {
      using history = await open();
      for await (const line of printRows(history, statement, { json })) {
        say(line);
      }
      return exitCodes.ok;
    })
  );

program.command("rebuild")
  .description(
    "write it into the empty topics of a new cluster, as its Kafka is gone (docs/disaster.md); says what it would write",
  )
  .option("--apply", "write it", false)
  .action(({ apply }: { apply: boolean }) =>
    runCommand(async () => {
      const config = readConfig(
        "the history",
        { ...settings, ...groupSettings, ...noSingleGroup },
        process.env,
        connectionRelations,
      );
      using history = await openHistoryOf(catalogOf(config));
      const kafka = createKafkaClient({
        config,
        clientId: "eventflow-history",
        log: silentLog(),
      });
      const topics = topicNames(config);
      await rebuild({ kafka, history, topics, groups: config, apply, say });
      return exitCodes.ok;
    })
  );

await program.parseAsync();

function read(): Config<typeof settings> {
  return readConfig("the history", settings, process.env, connectionRelations);
}

function connectorOf(
  config: Config<typeof settings>,
): Readonly<Record<string, string>> {
  return connectorConfig({
    topics: topicNames(config),
    controlTopic: config.historyControlTopic,
    warehouse: config.historyFiles ?? `file://${stackHome().root}/history`,
    catalog: catalogOf(config),
    tasks: config.historyTasks,
    commitIntervalMs: config.historyCommitIntervalMs,
  });
}

/** The history as its last commit left it. */
function open(): Promise<History> {
  const config = readConfig("the history", settings, process.env, []);
  return openHistoryOf(catalogOf(config));
}
