/**
 * `deno task days-load`: `events` as one table and as a table of days, each with many rows in, take in the same events in turns. Then
 * what is told again and what contradicts is counted, to the last one.
 *
 * @module
 */
import { Command, InvalidArgumentError } from "commander";
import { exitCodes } from "#runtime/errors.ts";
import { runCommand, say } from "#runtime/command_line.ts";
import { interruption } from "#processes/interruption.ts";
import { measureDays, type Options } from "./measure.ts";

const options = new Command("deno task days-load")
  .description(
    "Measure how fast events are stored in one table and in a table of days.",
  )
  .option("--rows <number>", "that are in each before", whole, 10_000_000)
  .option("--events <number>", "stored in each round", whole, 200_000)
  .option("--rounds <number>", "of each, in turns", whole, 5)
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

function whole(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a whole number, from 1.");
}
