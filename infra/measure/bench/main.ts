/**
 * `deno task bench`: how fast EventFlow is, and beside what.
 *
 * @module
 */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import process from "node:process";
import { exitCodes } from "#runtime/errors.ts";
import { runCommand, say } from "#runtime/command_line.ts";
import { interruption } from "#processes/interruption.ts";
import { parseOptions } from "./options.ts";
import { readRecorded, recordRatios, writeRecorded } from "./recorded.ts";
import { chartFiles } from "./report/charts.ts";
import { renderReport } from "./report/page.ts";
import type { BenchResult } from "./result.ts";
import { runBench } from "./run.ts";
import { stages } from "./stages.ts";
import { describeResult } from "./bench_table.ts";

const FAILED = 1;

const options = parseOptions(process.argv.slice(2));
await runCommand(main);

async function main(): Promise<number> {
  const page = resolve(options.report);
  const recorded = await readRecorded();
  const result = await runBench(options, {
    stages,
    // What is recorded is of quick runs: in a longer one the baselines have more time to warm up.
    recorded: options.quick ? recorded : [],
    say,
    command: ["deno task bench", ...process.argv.slice(2)].join(" "),
    logs: `${page.replace(/\.html$/, "")}.logs`,
    stopping: interruption(),
  });
  await writeReport(result, page);
  if (options.record && !result.interrupted) {
    const ours = result.ratios.filter(({ to }) => to !== options.against);
    await writeRecorded(recordRatios(recorded, ours));
  }
  say(describeResult(result));
  say(`Report: ${relative(process.cwd(), page)}`);
  const isWhole = result.failures.length === 0 && !result.interrupted;
  return isWhole ? exitCodes.ok : FAILED;
}

async function writeReport(result: BenchResult, page: string): Promise<void> {
  const charts = join(dirname(page), "charts");
  await mkdir(charts, { recursive: true });
  await writeFile(
    `${page.replace(/\.html$/, "")}.json`,
    JSON.stringify(result, null, 2),
  );
  await writeFile(page, await renderReport(result));
  for (const { name, svg } of chartFiles(result)) {
    await writeFile(join(charts, name), svg);
  }
}
