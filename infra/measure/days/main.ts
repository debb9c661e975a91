/**
 * `deno task days-load`: `events` as one table and as a table of days, each with many rows in, take in the same events in turns. Then
 * what is told again and what contradicts is counted, to the last one.
 *
 * @module
 */
import { Command } from "commander";
import { exitCodes } from "#runtime/errors.ts";
import { runCommand, say } from "#runtime/command_line.ts";
import { wholeFromOne } from "#runtime/whole_number.ts";
import { interruption } from "#processes/interruption.ts";
import { measureDays, type Options } from "./measure.ts";

const options = new Command("deno task days-load")
  .description(
    "Measure how fast events are stored in one table and in a table of days.",
  )
  .option(
    "--rows <number>",
    "that are in each before",
    wholeFromOne,
    10_000_000,
  )
  .option("--events <number>", "stored in each round", wholeFromOne, 200_000)
  .option("--rounds <number>", "of each, in turns", wholeFromOne, 5)
  .option("--json <file>", "write the figures there too")
  .parse()
  .opts<Options>();

await runCommand(async () => {
  const isExact = await measureDays(options, {
    say,
    stopping: interruption(),
  });
  return isExact ? exitCodes.ok : 1;
});
