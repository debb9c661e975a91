/**
 * `deno task mapping diff`: runs today's mapping of a provider in shadow over past webhooks, and says which facts a replay would
 * change.
 *
 * @module
 */
import { Command, InvalidArgumentError } from "commander";
import process from "node:process";
import { readConfig } from "#runtime/config.ts";
import { exitCodes } from "#runtime/errors.ts";
import { needsOfMapping } from "#kafka/access/needs.ts";
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
import { mapWebhook } from "../../../workers/validator/mapping/map_webhook.ts";
import {
  mappedProviders,
  mappingOf,
} from "../../../workers/validator/mapping/rows.ts";
import { kafkaIsGone } from "../kafka_is_gone.ts";
import { stopSignal } from "../stop_signal.ts";
import { timeOption } from "../times.ts";
import { diff } from "./diff.ts";
import { printed } from "./print.ts";
import { changesNothing } from "./report.ts";

const NAMED = 20;
const NAMED_IN_JSON = 1_000;
const time = timeOption(Date.now());

type Options = {
  readonly provider: string;
  readonly since: number;
  readonly until?: number;
  readonly json: boolean;
};

const command = new Command("deno task mapping")
  .description("What mappings make of providers' webhooks.")
  .exitOverride(({ exitCode }) =>
    process.exit(exitCode === 0 ? 0 : exitCodes.config)
  );
command.command("diff")
  .description(
    "Run today's mapping over past webhooks, beside the facts that were made of them, and write nothing. Ends with 1 if a replay would change a fact.",
  )
  .requiredOption(
    "--provider <name>",
    `whose webhooks: ${mappedProviders.join(", ")}`,
    known,
  )
  .requiredOption(
    "--since <time>",
    "from this time on: RFC 3339, or so long ago: 2h",
    time,
  )
  .option("--until <time>", "before this time", time)
  .option("--json", "print one JSON object instead of a table", false)
  .action(run);
await command.parseAsync();

/** @throws {InvalidArgumentError} if no mapping is of that name */
function known(name: string): string {
  if (mappedProviders.includes(name)) return name;
  throw new InvalidArgumentError(`Known are ${mappedProviders.join(", ")}.`);
}

async function run({ provider, since, until, json }: Options): Promise<void> {
  const signal = stopSignal();
  await runCommand(async () => {
    if (until !== undefined && since >= until) {
      throw new StartError("--since must be before --until.", {
        exitCode: exitCodes.config,
      });
    }
    const config = readConfig(
      "mapping",
      { ...connectionSettings, ...topicSettings },
      process.env,
      connectionRelations,
    );
    const kafka = createKafkaClient({
      config,
      clientId: "eventflow-mapping",
      log: silentLog(),
    });
    await requireAccess(kafka, { needs: needsOfMapping(config), config });
    const servers = config.bootstrapServers.join(", ");
    const gone = kafkaIsGone({ servers, again: "run it again" });
    const admin = await kafka.admin().catch(gone);
    try {
      const report = await diff({
        kafka,
        admin,
        topics: { raw: config.rawTopic, validated: config.validatedTopic },
        provider,
        version: mappingOf(provider)?.version ?? 0,
        map: mapWebhook,
        sinceMs: since,
        untilMs: until,
        most: json ? NAMED_IN_JSON : NAMED,
        signal,
      }).catch(gone);
      say(json ? JSON.stringify(report) : printed(report));
      return changesNothing(report) ? exitCodes.ok : 1;
    } finally {
      await admin.close();
    }
  });
}
