/**
 * `deno task audit`: proves that nothing was lost, doubled or changed, or names what was.
 *
 * @module
 */
import { Command } from "commander";
import process from "node:process";
import { readConfig } from "#runtime/config.ts";
import {
  databaseAddress,
  databaseRelations,
  databaseSettings,
} from "#runtime/database_settings.ts";
import { exitCodes } from "#runtime/errors.ts";
import { needsOfAudit } from "#kafka/access/needs.ts";
import { requireAccess } from "#kafka/await_kafka.ts";
import { createKafkaClient } from "#kafka/kafkajs/client.ts";
import {
  connectionRelations,
  connectionSettings,
  topicNames,
  topicSettings,
} from "#kafka/settings.ts";
import { groupSettings, noSingleGroup } from "#kafka/group_settings.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { silentLog } from "#runtime/log.ts";
import { runCommand, say } from "#runtime/command_line.ts";
import type { History } from "../history/history.ts";
import { catalogOf, historySettings } from "../history/settings.ts";
import { KafkaWithHistory } from "../history/with_history.ts";
import { kafkaIsGone } from "../kafka_is_gone.ts";
import { stopSignal } from "../stop_signal.ts";
import { timeOption } from "../times.ts";
import { audit } from "./audit.ts";
import { printed } from "./print.ts";
import { Progress } from "./progress.ts";
import { topicsOf } from "./snapshot.ts";
import { stages } from "./stages.ts";

const NAMED = 100;
const NAMED_IN_JSON = 10_000;
const time = timeOption(Date.now());

const settings = {
  ...connectionSettings,
  ...topicSettings,
  ...groupSettings,
  ...noSingleGroup,
  ...databaseSettings,
  ...historySettings,
};

const { since, until, accepted, history, json } = new Command("deno task audit")
  .description(
    "Prove from the topics and the database that nothing was lost, doubled or changed, or name what was.",
  )
  .option(
    "--since <time>",
    "from this time on: RFC 3339, or so long ago: 2h",
    time,
  )
  .option("--until <time>", "before this time", time)
  .option(
    "--accepted <file>",
    "event ids the provider knows to be accepted, one a line",
  )
  .option(
    "--history",
    "read what topics have not any more from the history (docs/history.md)",
    false,
  )
  .option("--json", "print one JSON object instead of a table", false)
  .exitOverride(({ exitCode }) =>
    process.exit(exitCode === 0 ? 0 : exitCodes.config)
  )
  .parse()
  .opts<
    {
      since?: number;
      until?: number;
      accepted?: string;
      history: boolean;
      json: boolean;
    }
  >();

const stopping = stopSignal();

await runCommand(async () => {
  if (since !== undefined && until !== undefined && since >= until) {
    throw new StartError("--since must be before --until.", {
      exitCode: exitCodes.config,
    });
  }
  const config = readConfig("the audit", settings, process.env, [
    ...connectionRelations,
    ...databaseRelations,
  ]);
  const servers = config.bootstrapServers.join(", ");
  const kafka = createKafkaClient({
    config,
    clientId: "eventflow-audit",
    log: silentLog(),
  });
  const topics = topicNames(config);
  const needs = needsOfAudit({
    topics: [...topicsOf(stages), "desk" as const].map((id) => topics[id]),
    groups: stages.map(({ group }) => config[group]),
  });
  // Who has not moved up to the desk yet has none, and audits all the rest.
  await requireAccess(kafka, { needs, config, mayBeMissing: [topics.desk] });
  using opened = history ? await openHistory(catalogOf(config)) : undefined;
  const past = opened && new KafkaWithHistory(kafka, opened, topics);
  const report = await audit({
    kafka: past ?? kafka,
    past,
    topics,
    groups: config,
    database: databaseAddress(config, "reader"),
    sinceMs: since,
    untilMs: until,
    accepted,
    signal: stopping,
    most: json ? NAMED_IN_JSON : NAMED,
    progress: new Progress((line) => {
      if (process.stderr.isTTY) console.error(line);
    }),
  }).catch(kafkaIsGone({ servers, again: "run the audit again" }));
  say(json ? JSON.stringify(report) : printed(report));
  return report.balanced ? exitCodes.ok : 1;
});

/** Loads DuckDB, which those alone need who ask the history. */
async function openHistory(catalog: string): Promise<History> {
  const { openHistoryOf } = await import("../history/history.ts");
  return await openHistoryOf(catalog);
}
