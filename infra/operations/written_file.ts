import { open } from "node:fs/promises";
import type { WriteStream } from "node:fs";
import { describeError, exitCodes } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";

/**
 * Opens a file that is written anew, before the work begins whose result it takes.
 *
 * @throws {StartError} if it cannot be written
 */
export async function writtenFile(path: string): Promise<WriteStream> {
  try {
    return (await open(path, "w")).createWriteStream();
  } catch (cause) {
    throw new StartError(
      `The file ${path} cannot be written: ${describeError(cause)}.`,
      { cause, exitCode: exitCodes.config },
    );
  }
}
