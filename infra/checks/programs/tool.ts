import { execFile } from "node:child_process";
import process from "node:process";
import { promisify } from "node:util";
import { repositoryRoot } from "#local/home.ts";
import type { Environment } from "#runtime/config.ts";
import { describeError } from "#runtime/errors.ts";

/** A program that is there, and how it is started. */
export type Tool = {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Environment;
};

/** What a program said, and whether it found nothing. */
export type Result = { readonly ok: boolean; readonly output: string };

/** Runs a tool from the repository's root. */
export async function run(
  tool: Tool,
  args: readonly string[],
  env: Environment = {},
): Promise<Result> {
  try {
    const { stdout, stderr } = await promisify(execFile)(
      tool.program,
      [...tool.args, ...args],
      {
        cwd: repositoryRoot,
        env: { ...process.env, ...tool.env, ...env },
        maxBuffer: 64 * 1024 * 1024,
      },
    );
    return { ok: true, output: stdout + stderr };
  } catch (error) {
    const { stdout = "", stderr = "" } = Object(error);
    return { ok: false, output: `${stdout}${stderr}` || describeError(error) };
  }
}
