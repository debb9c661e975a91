import process from "node:process";
import { ConfigError } from "./config.ts";
import { DeniedError, describeError, exitCodes } from "./errors.ts";
import { StartError } from "./lifecycle.ts";

/**
 * Runs a command of the terminal and ends the process: with the code it returns, or with one clear
 * sentence and the code of what it threw.
 */
export async function runCommand(run: () => Promise<number>): Promise<never> {
  let code: number;
  try {
    code = await run();
  } catch (error) {
    endWith(error);
  }
  process.exit(code);
}

/** Ends the process with one clear sentence and the code of what was thrown. */
export function endWith(error: unknown): never {
  const isKnown = error instanceof StartError || error instanceof ConfigError;
  complain(isKnown ? error.message : describeError(error));
  process.exit(exitCodeOf(error));
}

function exitCodeOf(error: unknown): number {
  if (error instanceof StartError) return error.exitCode;
  const isConfig = error instanceof ConfigError || error instanceof DeniedError;
  return isConfig ? exitCodes.config : exitCodes.bug;
}

/**
 * Prints a line. A terminal that was closed takes nothing any more, which must not keep what is under
 * way from ending in order.
 */
export function say(line: string): void {
  try {
    console.log(line);
  } catch {
    // Nobody is left to be told.
  }
}

function complain(line: string): void {
  try {
    console.error(line);
  } catch {
    // As above.
  }
}
