/**
 * `deno task desk-load`: the dead-letter desk with many letters. Payments with a fault become letters, are indexed, looked at,
 * dry-run, mended and sent again while services are killed, and at the end every one must be a row, once.
 *
 * @module
 */
import { Command, InvalidArgumentError } from "commander";
import { exitCodes } from "#runtime/errors.ts";
import { runCommand, say } from "#runtime/command_line.ts";
import { interruption } from "#processes/interruption.ts";
import { measureDesk } from "./measure.ts";

const options = new Command("deno task desk-load")
  .description("Measure the dead-letter desk with many dead letters.")
  .option("--letters <number>", "so many", whole, 100_000)
  .option(
    "--kills <number>",
    "kill desk and workers so often while they are sent again",
    whole,
    0,
  )
  .option("--json <file>", "write the figures there too")
  .parse()
  .opts<{ letters: number; kills: number; json?: string }>();

await runCommand(async () => {
  const isGood = await measureDesk(options, { say, stopping: interruption() });
  return isGood ? exitCodes.ok : 1;
});

function whole(text: string): number {
  if (/^\d{1,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a whole number.");
}
