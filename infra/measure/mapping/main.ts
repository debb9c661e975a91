/**
 * `deno task mapping-load`: a mapping bug mended at scale. Many raw webhooks are worked off by a mapping with a planted fault, then
 * by replay of all of them by the right one, and at the end facts and rows must be those that there are without the fault.
 *
 * @module
 */
import process from "node:process";
import { exitCodes } from "#runtime/errors.ts";
import { runCommand, say } from "#runtime/command_line.ts";
import { interruption } from "#processes/interruption.ts";
import { measureMapping } from "./measure.ts";
import { parseOptions } from "./options.ts";

await runCommand(async () => {
  const options = parseOptions(process.argv.slice(2));
  const isGood = await measureMapping(options, {
    say,
    stopping: interruption(),
  });
  return isGood ? exitCodes.ok : 1;
});
