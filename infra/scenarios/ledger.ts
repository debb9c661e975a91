import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { repositoryRoot } from "../stack/home.ts";
import type { Pipeline } from "./pipeline.ts";

/**
 * Runs the ledger over a pipeline as an operator would, with the provider's list of accepted events,
 * and asserts that every sum holds.
 */
export async function assertBalanced(
  pipeline: Pipeline,
  accepted: readonly string[],
  furtherArguments: readonly string[] = [],
): Promise<void> {
  const list = join(pipeline.folder, "accepted.txt");
  await writeFile(list, accepted.map((eventId) => `${eventId}\n`).join(""));
  const { code, output } = await promisify(execFile)(process.execPath, [
    "run",
    "--allow-all",
    "--no-check",
    join(repositoryRoot, "infra/audit/main.ts"),
    `--accepted=${list}`,
    ...furtherArguments,
  ], {
    cwd: repositoryRoot,
    env: { ...process.env, ...pipeline.environment },
  }).then(
    ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
    (error) => ({ code: error.code, output: error.stdout + error.stderr }),
  );
  assert.equal(code, 0, `The ledger does not balance:\n${output}`);
}
