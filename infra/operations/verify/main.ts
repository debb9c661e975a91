/**
 * `deno task verify`: proves the signatures of what was taken in again, from the log, or names those that fail.
 *
 * @module
 */
import { Command } from "commander";
import process from "node:process";
import { readConfig } from "#runtime/config.ts";
import { developmentSettings } from "#runtime/development_settings.ts";
import { exitCodes } from "#runtime/errors.ts";
import { needsOfVerify } from "#kafka/access/needs.ts";
import { requireAccess } from "#kafka/await_kafka.ts";
import { createKafkaClient } from "#kafka/kafkajs/client.ts";
import {
  connectionRelations,
  connectionSettings,
  topicSettings,
} from "#kafka/settings.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { silentLog } from "#runtime/log.ts";
import { runCommand, say } from "#runtime/command_line.ts";
import { openAccounts } from "../../../ingest/intake/providers/open_accounts.ts";
import { providersFile } from "../../../ingest/provider_accounts/setting.ts";
import { kafkaIsGone } from "../kafka_is_gone.ts";
import { stopSignal } from "../stop_signal.ts";
import { timeOption } from "../times.ts";
import { printed } from "./print.ts";
import { Prover } from "./prover.ts";
import { verify } from "./verify.ts";

const NAMED = 20;
const NAMED_IN_JSON = 1_000;
const time = timeOption(Date.now());

const settings = {
  ...connectionSettings,
  ...topicSettings,
  ...developmentSettings,
  providersFile,
};

type Options = {
  readonly topic?: string;
  readonly since: number;
  readonly until?: number;
  readonly json: boolean;
};

const { topic, since, until, json } = new Command("deno task verify")
  .description(
    "Prove the signatures of webhooks again, from the bytes and headers that the log has, or name those that fail.",
  )
  .option("--topic <topic>", "a topic of raw records; else EVENTFLOW_RAW_TOPIC")
  .requiredOption(
    "--since <time>",
    "from this time on: RFC 3339, or so long ago: 2h",
    time,
  )
  .option("--until <time>", "before this time", time)
  .option("--json", "print one JSON object instead of a table", false)
  .exitOverride(({ exitCode }) =>
    process.exit(exitCode === 0 ? 0 : exitCodes.config)
  )
  .parse()
  .opts<Options>();

const signal = stopSignal();

await runCommand(async () => {
  if (until !== undefined && since >= until) {
    throw new StartError("--since must be before --until.", {
      exitCode: exitCodes.config,
    });
  }
  const config = readConfig(
    "verify",
    settings,
    process.env,
    connectionRelations,
  );
  const { accounts } = await openAccounts(
    config.providersFile,
    config.environment,
  );
  const kafka = createKafkaClient({
    config,
    clientId: "eventflow-verify",
    log: silentLog(),
  });
  const rawTopic = topic ?? config.rawTopic;
  await requireAccess(kafka, { needs: needsOfVerify({ rawTopic }), config });
  const servers = config.bootstrapServers.join(", ");
  const gone = kafkaIsGone({ servers, again: "verify again" });
  const admin = await kafka.admin().catch(gone);
  try {
    const report = await verify({
      kafka,
      admin,
      topic: rawTopic,
      sinceMs: since,
      untilMs: until,
      prover: new Prover(accounts),
      most: json ? NAMED_IN_JSON : NAMED,
      signal,
    }).catch(gone);
    say(json ? JSON.stringify(report) : printed(report));
    return report.all_proven ? exitCodes.ok : 1;
  } finally {
    await admin.close();
  }
});
