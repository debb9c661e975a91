import { execFile } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { describeError } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";

/** What writes files from the code, each a process of its own: this one knows the code as it was. */
const programs: readonly (readonly string[])[] = [
  ["infra/checks/reference/main.ts"],
  ["infra/checks/contracts/main.ts"],
  ["infra/monitoring/grafana/main.ts"],
  ["infra/monitoring/main.ts", "--write-only"],
  // After the rules, which are in them.
  ["infra/deploy/kubernetes/main.ts"],
];

/**
 * Brings pages, boards, configurations and manifests up to date.
 *
 * @param root of the repository
 * @returns the files that have changed
 * @throws {StartError} if a program fails
 */
export async function regenerate(root: string): Promise<string[]> {
  const changed: string[] = [];
  for (const [program = "", ...args] of programs) {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["run", "--allow-all", "--no-check", join(root, program), ...args],
      { cwd: root },
    ).catch((cause) => {
      throw new StartError(
        `The consumer is written, but ${program} fails: ${
          describeError(cause)
        }`,
        { cause, exitCode: 1 },
      );
    });
    for (const [, file = ""] of stdout.matchAll(/^(\S+) is brought up/gm)) {
      changed.push(file);
    }
  }
  return changed;
}
