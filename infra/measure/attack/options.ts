import { Argument, Command, InvalidArgumentError } from "commander";
import { attacks } from "./attacks.ts";

export type AttackOptions = {
  /** Names of attacks. */
  readonly chosen: readonly string[];
  readonly quick: boolean;
  /** Of each phase with an attack. */
  readonly seconds: number;
  readonly rounds: number;
};

const LONGEST_SECONDS = 60;
const MOST_ROUNDS = 9;

export function attackCommand(): Command {
  return new Command("deno task attack")
    .description(
      "Start the webhook intake and a broker, and attack it from this machine while a provider sends signed webhooks: its memory must stay below its container's limit and be given back, no signed webhook may be refused, and without --quick their p99 must stay below 10 times that without the attack. Ends with 0 only if the intake stood all of it.",
    )
    .addArgument(
      new Argument(
        "[word...]",
        "only attacks whose names contain one of them (without: all)",
      ),
    )
    .option(
      "--quick",
      "for CI: once and shortly; latency is printed and not judged",
      false,
    )
    .option(
      "--seconds <n>",
      "how long each attack lasts in each round (default: 5, with --quick 1)",
      wholeNumber(LONGEST_SECONDS),
    )
    .option(
      "--rounds <n>",
      "how often each attack is paired with a quiet phase before it (default: 3, with --quick 1)",
      wholeNumber(MOST_ROUNDS),
    );
}

/** @param args what follows the command's name */
export function parseOptions(
  args: readonly string[],
  command: Command = attackCommand(),
): AttackOptions {
  command.parse(args, { from: "user" });
  const { quick, seconds, rounds } = command.opts<
    { quick: boolean; seconds?: number; rounds?: number }
  >();
  const [words = []] = command.processedArgs as [string[]?];
  const chosen = Object.keys(attacks).filter((name) =>
    words.length === 0 || words.some((word) => name.includes(word))
  );
  if (chosen.length === 0) {
    command.error(`error: no attack's name contains ${words.join(" or ")}`);
  }
  return {
    chosen,
    quick,
    seconds: seconds ?? (quick ? 1 : 5),
    rounds: rounds ?? (quick ? 1 : 3),
  };
}

function wholeNumber(most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < 1 || value > most) {
      throw new InvalidArgumentError(
        `It must be a whole number from 1 to ${most}.`,
      );
    }
    return value;
  };
}
