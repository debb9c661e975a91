/**
 * `deno task risk`: judges and trains the model that scores payments.
 *
 * @module
 */
import { Command, InvalidArgumentError } from "commander";
import { readFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { PAYMENT_AUTHORIZED } from "#contracts/events/payment_authorized/payment_authorized.ts";
import { PAYMENT_DISPUTED } from "#contracts/events/payment_disputed/payment_disputed.ts";
import { needsOfRiskExport } from "#kafka/access/needs.ts";
import { requireAccess } from "#kafka/await_kafka.ts";
import { createKafkaClient } from "#kafka/kafkajs/client.ts";
import {
  connectionRelations,
  connectionSettings,
  topicSettings,
} from "#kafka/settings.ts";
import { readConfig } from "#runtime/config.ts";
import { silentLog } from "#runtime/log.ts";
import { exitCodes } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { runCommand, say } from "#runtime/command_line.ts";
import {
  type Rates,
  ratesIn,
} from "../../../workers/enrichment/features/rates.ts";
import {
  readScorer,
  SHIPPED_MODEL,
} from "../../../workers/enrichment/risk/read_scorer.ts";
import { kafkaIsGone } from "../kafka_is_gone.ts";
import { stopSignal } from "../stop_signal.ts";
import { timeOption } from "../times.ts";
import { backtest } from "./backtest/backtest.ts";
import { printed } from "./backtest/print.ts";
import { bench } from "./bench/bench.ts";
import { checkBands } from "./check/check_bands.ts";
import { printedCheck } from "./check/print.ts";
import { exportFacts } from "./export/export_facts.ts";
import { writePlane } from "./plane/write_plane.ts";
import { trainModel } from "./train/train_model.ts";
import { ROUNDS } from "./training.ts";

const WORK_FOLDER = fileURLToPath(
  new URL("../../../.eventflow/risk", import.meta.url),
);

const command = new Command("deno task risk")
  .description("Judges and trains the model that scores payments.")
  .exitOverride(({ exitCode }) =>
    process.exit(exitCode === 0 ? 0 : exitCodes.config)
  );

command.command("backtest")
  .description(
    `Train and test as it would have been in time, and print what the model would have been worth.

The file has one fact a line, in order of timestamp: ${PAYMENT_AUTHORIZED} with customer_id and merchant_id, and ${PAYMENT_DISPUTED} with reason_class "fraud" as labels. A fraud is known --delay-days after the payment, and never before its dispute.`,
  )
  .requiredOption("--events <file>", "facts as NDJSON")
  .option("--train-days <days>", "days of training", days, 28)
  .option("--delay-days <days>", "days until a fraud is known", delay, 7)
  .option("--test-days <days>", "days of test", days, 7)
  .option("--folds <count>", "tests, one after another up to the end", days, 4)
  .option(
    "--drop-known",
    "leave out test payments of customers one of whose payments since the training began is known as a fraud when their day begins: their cards would be blocked. Published figures are given so.",
    false,
  )
  .option("--rates <file>", "rates of currencies, for amounts in several")
  .option("--seed <number>", "of the training", integer, 1)
  .option("--json", "print one JSON object instead of tables", false)
  .action(({ events, rates, json, ...options }) =>
    runCommand(async () => {
      const report = await backtest(events, {
        ...options,
        rates: ratesAt(rates),
        workFolder: WORK_FOLDER,
        progress: json ? () => {} : say,
      });
      say(json ? JSON.stringify(report) : printed(report));
      return exitCodes.ok;
    })
  );

command.command("train")
  .description(
    "Train a model on labelled facts, and write its text and its card. The same facts and seed give the same bytes.",
  )
  .requiredOption("--events <file>", "facts as NDJSON, as for backtest")
  .requiredOption("--to <folder>", "where model.txt and card.json are written")
  .requiredOption("--id <name>", "what the model is called")
  .requiredOption("--about <text>", "what the facts are, for the card")
  .option(
    "--also <files...>",
    "further facts to train on, each file a history that began with nothing; a fraud in them is known when it is disputed",
    [],
  )
  .option(
    "--check <files...>",
    "facts that its bands are measured on, for the card; as with the command check",
    [],
  )
  .option("--delay-days <days>", "days until a fraud is known", delay, 7)
  .option("--test-days <days>", "days at the end to measure it on", days, 14)
  .option(
    "--min-history-hours <hours>",
    "how far the history has to reach back before a payment is trained on, and later scored: before it the score is the base rate",
    integer,
    14 * 24,
  )
  .option("--trees <count>", "half as many are twice as quick", days, ROUNDS)
  .option("--rates <file>", "rates of currencies, for amounts in several")
  .option("--seed <number>", "of the training", integer, 1)
  .action(({ events, rates, ...options }) =>
    runCommand(async () => {
      say(
        await trainModel(events, {
          ...options,
          rates: ratesAt(rates),
          workFolder: WORK_FOLDER,
        }),
      );
      return exitCodes.ok;
    })
  );

command.command("check")
  .description(
    'Score facts as the worker would from an empty history on, and print what is in the bands, by how long the history was, beside the disputes with reason_class "fraud".',
  )
  .requiredOption("--events <file>", "facts as NDJSON, as for backtest")
  .option("--model <folder>", "with model.txt and card.json", SHIPPED_MODEL)
  .option(
    "--delay-days <days>",
    "days until a fraud is known, beside its dispute",
    delay,
    0,
  )
  .option("--rates <file>", "rates of currencies, for amounts in several")
  .option("--json", "print one JSON object instead of a table", false)
  .action(({ events, model, rates, json, ...options }) =>
    runCommand(async () => {
      const check = await checkBands(events, {
        ...options,
        scorer: readScorer(model),
        rates: ratesAt(rates),
        workFolder: WORK_FOLDER,
      });
      say(json ? JSON.stringify(check) : printedCheck(check));
      return exitCodes.ok;
    })
  );

command.command("plane")
  .description(
    "Write made-up payments with labelled frauds, by the published recipe of the Fraud Detection Handbook: what the backtest is checked with.",
  )
  .requiredOption("--to <file>", "where facts are written, as NDJSON")
  .option("--customers <count>", "", days, 5_000)
  .option("--merchants <count>", "", days, 10_000)
  .option("--days <days>", "", days, 183)
  .option("--seed <number>", "", integer, 1)
  .action(({ to, ...options }) =>
    runCommand(async () => {
      say(await writePlane(to, options));
      return exitCodes.ok;
    })
  );

const time = timeOption(Date.now());
command.command("export")
  .description(
    "Write the facts of the validated topic into a file that backtest and train take: each once, in order of their own time.",
  )
  .requiredOption("--to <file>", "where facts are written, as NDJSON")
  .requiredOption(
    "--since <time>",
    "those that the broker had from this time on: RFC 3339, or so long ago: 90d",
    time,
  )
  .option("--until <time>", "before this time", time)
  .action(({ to, since, until }) =>
    runCommand(async () => {
      const signal = stopSignal();
      const config = readConfig(
        "risk export",
        { ...connectionSettings, ...topicSettings },
        process.env,
        connectionRelations,
      );
      const kafka = createKafkaClient({
        config,
        clientId: "eventflow-risk",
        log: silentLog(),
      });
      await requireAccess(kafka, { needs: needsOfRiskExport(config), config });
      const servers = config.bootstrapServers.join(", ");
      const gone = kafkaIsGone({ servers, again: "run it again" });
      const admin = await kafka.admin().catch(gone);
      try {
        const count = await exportFacts(to, {
          kafka,
          admin,
          validatedTopic: config.validatedTopic,
          sinceMs: since,
          untilMs: until,
          signal,
        }).catch(gone);
        say(`${to} has ${count.toLocaleString("en")} facts.`);
        return exitCodes.ok;
      } finally {
        await admin.close();
      }
    })
  );

command.command("bench")
  .description(
    "Measure how long a score with reasons takes, and to restore what is remembered of 100,000 entities.",
  )
  .option("--model <folder>", "with model.txt and card.json", SHIPPED_MODEL)
  .action(({ model }) =>
    runCommand(() => {
      say(bench(readScorer(model)));
      return Promise.resolve(exitCodes.ok);
    })
  );

await command.parseAsync();

/** @throws {InvalidArgumentError} */
function integer(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a whole number.");
}

/** @throws {InvalidArgumentError} */
function days(text: string): number {
  const value = integer(text);
  if (value > 0) return value;
  throw new InvalidArgumentError("It must be 1 or more.");
}

/** @throws {InvalidArgumentError} */
function delay(text: string): number {
  return integer(text);
}

/** @throws {StartError} if the file is none of rates */
function ratesAt(path: string | undefined): Rates | undefined {
  if (path === undefined) return undefined;
  try {
    return ratesIn(readFileSync(path, "utf8"));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : "";
    throw new StartError(`${path} cannot be used. ${why}`, {
      cause,
      exitCode: exitCodes.config,
    });
  }
}
