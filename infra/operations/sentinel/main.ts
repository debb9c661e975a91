/**
 * `deno task sentinel backtest`: what the sentinel would have told of past facts, and how well that fits what is known to have been
 * wrong. `deno task sentinel generate` makes up traffic with incidents, to judge it by.
 *
 * @module
 */
import { Command, InvalidArgumentError, Option } from "commander";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import process from "node:process";
import { topics } from "#contracts/topics.ts";
import { readConfig } from "#runtime/config.ts";
import { exitCodes } from "#runtime/errors.ts";
import { requireAccess } from "#kafka/await_kafka.ts";
import { needsOfBacktest } from "#kafka/access/needs.ts";
import { createKafkaClient } from "#kafka/kafkajs/client.ts";
import {
  connectionRelations,
  connectionSettings,
  topicSettings,
} from "#kafka/settings.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { silentLog } from "#runtime/log.ts";
import { runCommand, say } from "#runtime/command_line.ts";
import { kafkaIsGone } from "../kafka_is_gone.ts";
import { stopSignal } from "../stop_signal.ts";
import { backtest } from "./backtest.ts";
import { type FactsFile, openFactsFile } from "./facts_file.ts";
import { readFactsTopic } from "./facts_topic.ts";
import { generate, type GenerateOptions, NAMES } from "./generate.ts";
import { readIncidents } from "./incidents.ts";
import { printed } from "./print.ts";
import { type CurveName, curves } from "./traffic/curves.ts";

type Options = {
  readonly events?: string;
  readonly topic?: string;
  readonly incidents?: string;
  readonly calibrateDays?: number;
  readonly falseAlarms?: number;
  readonly json: boolean;
};

const command = new Command("deno task sentinel")
  .description(
    "What the sentinel finds in past facts. Without a command, one sentinel worker is started.",
  )
  .action(() => runCommand(startWorker))
  .exitOverride(({ exitCode }) =>
    process.exit(exitCode === 0 ? 0 : exitCodes.config)
  );
command.command("backtest")
  .description(
    "Judge past facts minute by minute as they came, and print each alarm; with the true incidents, recall, delay and false alarms too.",
  )
  .addOption(
    new Option(
      "--events <file>",
      "facts as one JSON object a line, in the order in which they came",
    ).conflicts("topic"),
  )
  .option(
    "--topic <topic>",
    `facts of a topic, such as ${topics.validated.name}`,
  )
  .option(
    "--incidents <file>",
    "what truly was wrong: one JSON object a line, with since, until, and signal, segment and kind if they are known",
  )
  .option(
    "--calibrate-days <days>",
    "days that are learnt from before alarms are told; else 7, or a third of what there is",
    positive,
  )
  .option(
    "--false-alarms <number>",
    "how many a week each signal may raise by chance; else 0.5",
    positive,
  )
  .option("--json", "print one JSON object instead of a table", false)
  .action((options: Options) => runCommand(() => runBacktest(options)));
command.command("generate")
  .description(
    "Make up traffic with incidents of two hours each, and write facts and incidents as files.",
  )
  .requiredOption("--events <file>", "where the facts are written")
  .requiredOption("--incidents <file>", "where the incidents are written")
  .option("--seed <number>", "the same seed makes the same traffic", whole, 1)
  .option("--days <number>", "of traffic", positive, 56)
  .option("--quiet-days <number>", "without incidents at first", positive, 28)
  .option("--per-minute <number>", "payments on average", positive, 6.7)
  .option("--dispersion <number>", "variance over mean of minutes", positive, 1)
  .option("--weekend <number>", "traffic of a weekend's day", positive, 1)
  .option(
    "--providers <number>",
    `of them, of different size; ${NAMES.length} at most`,
    providers,
    1,
  )
  .addOption(
    new Option("--curve <name>", "how busy hours are")
      .choices(Object.keys(curves)).default("wave" satisfies CurveName),
  )
  .action((options: GenerateOptions) =>
    runCommand(async () => {
      say(await generate(options));
      return exitCodes.ok;
    })
  );
await command.parseAsync();

function whole(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a whole number.");
}

function providers(text: string): number {
  const value = whole(text);
  if (value >= 1 && value <= NAMES.length) return value;
  throw new InvalidArgumentError(
    `It must be a whole number from 1 to ${NAMES.length}.`,
  );
}

function positive(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError("It must be a number above 0.");
}

/** Starts the worker as the tasks of the others do, and ends as it ends. */
async function startWorker(): Promise<number> {
  const worker = spawn("./node_modules/.bin/bun", ["run", "sentinel"], {
    stdio: "inherit",
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => worker.kill(signal));
  }
  const [code] = await once(worker, "exit");
  return typeof code === "number" ? code : exitCodes.bug;
}

async function runBacktest(options: Options): Promise<number> {
  const incidents = options.incidents === undefined
    ? undefined
    : readIncidents(await textOf(options.incidents));
  const { facts, spanDays, sorted, unreadable } = await open(options);
  const report = await backtest({
    facts,
    spanDays,
    sorted,
    unreadable,
    incidents,
    calibrateDays: options.calibrateDays,
    falseAlarmsPerWeek: options.falseAlarms,
  });
  say(options.json ? JSON.stringify(report) : printed(report));
  return exitCodes.ok;
}

async function open({ events, topic }: Options): Promise<FactsFile> {
  if (events !== undefined) return await openFactsFile(events);
  if (topic !== undefined) return await openTopic(topic);
  throw new StartError("Say --events FILE or --topic TOPIC.", {
    exitCode: exitCodes.config,
  });
}

async function openTopic(topic: string): Promise<FactsFile> {
  const config = readConfig(
    "sentinel",
    { ...connectionSettings, ...topicSettings },
    process.env,
    connectionRelations,
  );
  const kafka = createKafkaClient({
    config,
    clientId: "eventflow-sentinel-backtest",
    log: silentLog(),
  });
  await requireAccess(kafka, { needs: needsOfBacktest({ topic }), config });
  const servers = config.bootstrapServers.join(", ");
  const gone = kafkaIsGone({ servers, again: "run it again" });
  const admin = await kafka.admin().catch(gone);
  try {
    return await readFactsTopic({ kafka, admin, topic, signal: stopSignal() })
      .catch(gone);
  } finally {
    await admin.close();
  }
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new StartError(`The file ${path} cannot be read.`, {
      exitCode: exitCodes.config,
      cause,
    });
  }
}
