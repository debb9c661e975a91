import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { repositoryRoot } from "#local/home.ts";
import type { Pipeline } from "./pipeline.ts";

/**
 * Runs the audit over a pipeline as an operator would, with the provider's list of accepted events,
 * and asserts that every sum holds.
 */
export async function assertBalanced(
  pipeline: Pipeline,
  accepted: readonly string[],
  furtherArguments: readonly string[] = [],
): Promise<void> {
  const { code, output } = await runAudit(
    pipeline,
    accepted,
    furtherArguments,
  );
  assert.equal(code, 0, `The audit does not balance:\n${output}`);
}

/** Runs it, and tells what it said and its exit code. */
export async function runAudit(
  pipeline: Pipeline,
  accepted: readonly string[],
  furtherArguments: readonly string[] = [],
): Promise<{ code: number; output: string }> {
  const list = join(pipeline.folder, "accepted.txt");
  await writeFile(list, accepted.map((eventId) => `${eventId}\n`).join(""));
  return await promisify(execFile)(process.execPath, [
    "run",
    "--allow-all",
    "--no-check",
    join(repositoryRoot, "infra/operations/audit/main.ts"),
    `--accepted=${list}`,
    ...furtherArguments,
  ], {
    cwd: repositoryRoot,
    env: { ...process.env, ...pipeline.environment },
  }).then(
    ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
    (error) => ({ code: error.code, output: error.stdout + error.stderr }),
  );
}
