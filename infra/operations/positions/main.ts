/**
 * `deno task positions`: where each group is in its topic, what is impossible, and a person's decision where
 * to go on.
 *
 * @module
 */
import { Command, InvalidArgumentError } from "commander";
import { hostname, userInfo } from "node:os";
import process from "node:process";
import { exitCodes } from "#runtime/errors.ts";
import { runCommand, say } from "#runtime/command_line.ts";
import { positions } from "./positions.ts";
import { parseTarget, type Target } from "./target.ts";

type Options = {
  readonly group?: string;
  readonly topic?: string;
  readonly partition?: number;
  readonly to?: Target;
  readonly reason?: string;
  readonly by: string;
  readonly whileRunning: boolean;
  readonly apply: boolean;
};

const options = new Command("deno task positions")
  .description(
    "Show where each group is beside what its log has, and what is impossible; with --to, say what going on there passes over and repeats; with --apply too, do it.",
  )
  .option("--group <group>", "of this group alone")
  .option("--topic <topic>", "in this topic alone")
  .option("--partition <number>", "in this partition alone", partition)
  .option(
    "--to <place>",
    "start, end, an offset, or a time: RFC 3339, or so long ago: 2h; by a time or start all partitions of a group go back together",
    target,
  )
  .option("--reason <text>", "why, for whoever looks later")
  .option("--by <name>", "who decides", `${userInfo().username}@${hostname()}`)
  .option(
    "--while-running",
    "also if the position is sound and the group has members: this partition has stopped for another reason",
    false,
  )
  .option("--apply", "move the position", false)
  .exitOverride(({ exitCode }) =>
    process.exit(exitCode === 0 ? 0 : exitCodes.config)
  )
  .parse()
  .opts<Options>();

await runCommand(() => positions({ ...options, say }));

function partition(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a whole number from 0 on.");
}

function target(text: string): Target {
  const parsed = parseTarget(text, Date.now());
  if (parsed !== undefined) return parsed;
  throw new InvalidArgumentError(
    "It must be start, end, an offset, a time as in RFC 3339, with an offset, or so long ago, such as 15m or 2h.",
  );
}
