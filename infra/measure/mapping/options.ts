import { Command, InvalidArgumentError } from "commander";

export type MappingOptions = {
  /** Raw records that are written. */
  readonly webhooks: number;
  /** Where the figures are written, too. */
  readonly json?: string;
};

/** Each is received a millisecond behind the one before, and the certificates of made-up signatures are an hour old. */
const MOST = 3_000_000;

export function mappingCommand(): Command {
  return new Command("deno task mapping-load")
    .description(
      "Mend a planted mapping bug by a replay of many raw webhooks, on a broker and a database of its own. Ends with 0 if facts and rows are those that there are without the bug, and the audit balances.",
    )
    .option(
      "--webhooks <number>",
      `so many raw records, up to ${MOST}`,
      numberOfWebhooks,
      100_000,
    )
    .option("--json <file>", "write the figures there too");
}

/** @param args what follows the command's name */
export function parseOptions(
  args: readonly string[],
  command: Command = mappingCommand(),
): MappingOptions {
  return command.parse(args, { from: "user" }).opts<MappingOptions>();
}

function numberOfWebhooks(text: string): number {
  const number = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= MOST) return number;
  throw new InvalidArgumentError(
    `It must be a whole number from 1 to ${MOST}.`,
  );
}
