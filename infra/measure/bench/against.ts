import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { describeError } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { repositoryRoot } from "#local/home.ts";
import type { Checkout } from "./checkout.ts";

/**
 * Checks a revision out into a folder, with its packages, until it is disposed of.
 *
 * @param ref as git understands it; also its name in the results
 * @throws {StartError} if git does not know it, its services lie elsewhere, or its packages cannot be installed
 */
export async function checkOut(
  ref: string,
  { folder, say, stopping }: {
    folder: string;
    say: (line: string) => void;
    stopping: AbortSignal;
  },
): Promise<Checkout & AsyncDisposable> {
  say(`Checking out ${ref} …`);
  // Forgets what a run that was killed has left in the repository's list.
  await git("worktree", "prune");
  await run("git", ["worktree", "add", "--detach", folder, ref], {
    cwd: repositoryRoot,
  }).catch((cause) => {
    throw new StartError(
      `Cannot measure against ${ref}: ${reasonOf(cause)}`,
      { cause },
    );
  });
  const remove = async () => {
    await git("worktree", "remove", "--force", folder);
    await git("worktree", "prune");
  };
  if (!existsSync(join(folder, INTAKE))) {
    await remove();
    throw new StartError(
      `Cannot measure against ${ref}, which has no ${INTAKE}: name a version from after its services were laid out as they are now`,
    );
  }
  try {
    await run(process.execPath, ["install", "--frozen"], {
      cwd: folder,
      signal: stopping,
    });
  } catch (cause) {
    await remove();
    throw new StartError(
      `Cannot measure against ${ref} as its packages must be installed: ${
        reasonOf(cause)
      }`,
      { cause },
    );
  }
  return { subject: ref, root: folder, [Symbol.asyncDispose]: remove };
}

/** What was laid elsewhere before. */
const INTAKE = "ingest/intake/main.ts";

const run = promisify(execFile);

/** What it complains of is seen where it matters: at `worktree add`. */
async function git(...args: string[]): Promise<void> {
  await run("git", args, { cwd: repositoryRoot }).catch(() => {});
}

/** The last that a command complained of, which is what it failed of. */
function reasonOf(error: unknown): string {
  const stderr = error instanceof Error && "stderr" in error
    ? String(error.stderr)
    : "";
  return stderr.trim().split("\n").at(-1) || describeError(error);
}
