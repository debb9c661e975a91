/**
 * `deno task soak`: the whole pipeline under load while its parts are killed, paused and restarted.
 *
 * @module
 */
import { Command, InvalidArgumentError } from "commander";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import process from "node:process";
import { exitCodes } from "#runtime/errors.ts";
import { runCommand, say } from "#runtime/command_line.ts";
import { stackHome } from "#local/home.ts";
import { interruption } from "#processes/interruption.ts";
import { planElections } from "./elections.ts";
import { renderReport } from "./report/page.ts";
import type { SoakOptions } from "./result.ts";
import { type BrokerCount, brokerCounts, planFaults } from "./schedule.ts";
import { soak } from "./soak.ts";
import { describeResult, describeSchedule } from "./soak_table.ts";

const LEAST_MINUTES = 2;
const FAILED = 1;

const { report, ...options } = new Command("deno task soak")
  .description(
    "Run the whole pipeline on free ports with data of its own, send payments, and kill, pause and restart its parts by a schedule that the seed decides. Ends with 0 only if nothing was lost, doubled or conflicting, every fault was recovered from and memory is flat.",
  )
  .requiredOption(
    "--minutes <n>",
    `how long load is sent, ${LEAST_MINUTES} or more`,
    numberFrom(LEAST_MINUTES),
  )
  .option("--rate <events per second>", "load", numberFrom(1), 100)
  .option("--seed <n>", "decides the schedule", numberFrom(0), 1)
  .option(
    "--brokers <n>",
    "1, or 3: one cluster, of which one at a time is broken, and whose leaders move while all go on",
    brokerCount,
    1,
  )
  .option(
    "--report <file>",
    "the page; the figures are written beside it as JSON",
    join(stackHome().root, "soak", "report.html"),
  )
  .parse()
  .opts<SoakOptions & { report: string }>();
await runCommand(main);

async function main(): Promise<number> {
  const page = resolve(report);
  const besides = page.replace(/\.html$/, "");
  say(describeSchedule(planFaults(options), planElections(options)));
  const result = await soak(options, {
    command: `deno task soak ${process.argv.slice(2).join(" ")}`,
    logs: `${besides}.logs`,
    say,
    stopping: interruption(),
  });
  if (result === undefined) {
    say("Stopped before any load was sent.");
    return FAILED;
  }
  await mkdir(dirname(page), { recursive: true });
  await writeFile(`${besides}.json`, JSON.stringify(result));
  await writeFile(page, await renderReport(result));
  say(describeResult(result));
  say(`Report: ${relative(process.cwd(), page)}`);
  return result.failures.length === 0 ? exitCodes.ok : FAILED;
}

function brokerCount(text: string): BrokerCount {
  const count = brokerCounts.find((one) => String(one) === text);
  if (count === undefined) {
    throw new InvalidArgumentError(
      `It must be ${brokerCounts.join(" or ")}.`,
    );
  }
  return count;
}

function numberFrom(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least) {
      throw new InvalidArgumentError(
        `It must be a whole number from ${least}.`,
      );
    }
    return value;
  };
}
