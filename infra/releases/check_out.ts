import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { describeError } from "#runtime/errors.ts";
import { repositoryRoot, stackHome } from "#local/home.ts";
import { git } from "../checks/git.ts";
import type { Release } from "./releases.ts";

/**
 * Writes the files of a commit into an empty folder, and installs the packages that its own lock names.
 *
 * @param ref as git understands it
 * @throws {Error} one sentence: that there is no such commit, or which package cannot be had
 */
export async function checkOut(
  ref: string,
  { folder, signal }: { folder: string; signal?: AbortSignal },
): Promise<void> {
  const archive = join(folder, "files.tar");
  await run("git", ["archive", "--output", archive, ref], {
    cwd: repositoryRoot,
    signal,
  });
  await run("tar", ["-xf", archive], { cwd: folder, signal });
  await rm(archive);
  await run(process.execPath, ["install", "--frozen"], { cwd: folder, signal });
}

/**
 * The working tree of a release, with its packages, in the folder of what is fetched; kept for the next time.
 *
 * @returns its root
 * @throws {Error} if its commit is neither in this clone nor to be had where that came from, or a package is not
 */
export async function releaseRoot(
  { version, commit }: Release,
): Promise<string> {
  const root = join(stackHome().root, "releases", `${version}-${commit}`);
  if (existsSync(root)) return root;
  await bringCommit({ version, commit });
  await mkdir(dirname(root), { recursive: true });
  // It is there whole or not at all, also if two make it at once.
  const unfinished = await mkdtemp(`${root}.`);
  try {
    await checkOut(commit, { folder: unfinished });
    await rename(unfinished, root);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if (!existsSync(root)) throw error;
  }
  return root;
}

/**
 * Why a release cannot be run here, or undefined if it can: a shallow clone that reaches nothing has no past. CI on GitHub clones all.
 *
 * @throws {Error} if it cannot be had for another reason
 */
export async function whyNoRelease(
  release: Release,
): Promise<string | undefined> {
  try {
    await releaseRoot(release);
    return undefined;
  } catch (error) {
    const isShallow = await git("rev-parse", "--is-shallow-repository");
    if (isShallow.trim() !== "true") throw error;
    return describeError(error);
  }
}

/** A shallow clone has the newest commit alone, and may ask for another by its name. */
async function bringCommit({ version, commit }: Release): Promise<void> {
  if (await hasCommit(commit)) return;
  const fetch = ["fetch", "--quiet", "--depth=1", "origin", commit];
  await run("git", fetch, { cwd: repositoryRoot }).catch((cause) => {
    throw new Error(
      `Cannot run release ${version}, as this clone has no commit ${commit} and could not fetch it: run \`git fetch --unshallow\`, or clone the whole history. ${cause.message}`,
      { cause },
    );
  });
}

function hasCommit(commit: string): Promise<boolean> {
  return git("cat-file", "-e", `${commit}^{commit}`)
    .then(() => true, () => false);
}

/** @throws {Error} with the last that the program complained of, which is what it failed of */
async function run(
  program: string,
  args: readonly string[],
  options: { cwd: string; signal?: AbortSignal },
): Promise<void> {
  await promisify(execFile)(program, [...args], options).catch((cause) => {
    const complaint = String(cause.stderr ?? "").trim().split("\n").at(-1);
    throw new Error(complaint || describeError(cause), { cause });
  });
}
