import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { repositoryRoot } from "#local/home.ts";

/** What git prints of this repository. */
export async function git(...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)("git", [...args], {
    cwd: repositoryRoot,
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}

/** The paths that git names, asked with `-z`. */
export async function gitFiles(...args: readonly string[]): Promise<string[]> {
  return (await git(...args)).split("\0").filter(Boolean);
}
