/**
 * `deno task history-load`: a history of many events as files, how many bytes an event takes in it, and how long one payment takes to
 * find.
 *
 * @module
 */
import { Command } from "commander";
import { exitCodes } from "#runtime/errors.ts";
import { runCommand, say } from "#runtime/command_line.ts";
import { wholeFromOne } from "#runtime/whole_number.ts";
import { interruption } from "#processes/interruption.ts";
import { measureHistory, type Options } from "./measure.ts";

const options = new Command("deno task history-load")
  .description(
    "Measure how long one payment takes to find in a history of many events, and how many bytes an event takes.",
  )
  .option("--events <number>", "in the history", wholeFromOne, 10_000_000)
  .option("--rows <number>", "in each of its files", wholeFromOne, 100_000)
  .option("--payments <number>", "to find, one by one", wholeFromOne, 20)
  .option("--json <file>", "write the figures there too")
  .parse()
  .opts<Options>();

await runCommand(async () => {
  const isExact = await measureHistory(options, {
    say,
    stopping: interruption(),
  });
  return isExact ? exitCodes.ok : 1;
});
