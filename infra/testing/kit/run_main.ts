/**
 * For tests of commands: runs one as it is typed.
 *
 * @module
 */
import { execFile } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";

export type Ended = {
  readonly code: unknown;
  readonly stdout: string;
  readonly stderr: string;
};

/** @param main of the command */
export function runMain(
  main: URL,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return new Promise((resolve) =>
    execFile(
      process.execPath,
      ["run", "--allow-all", "--no-check", fileURLToPath(main), ...args],
      { env: { ...process.env, ...env } },
      (error, stdout, stderr) =>
        resolve({ code: error?.code ?? 0, stdout, stderr }),
    )
  );
}
