/**
 * Programs and files out of Go's modules, each of an exact version: Go compares what it fetches with the public log of checksums.
 *
 * @module
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { z } from "zod";
import { describeError } from "#runtime/errors.ts";

/** A module, or a command in it, and its version. */
export type GoModule = { readonly path: string; readonly version: string };

/**
 * The path of a program, which is built if it is not there yet.
 *
 * @param home where it is kept, in a folder of its name and version
 * @param say is told in a line what is being built
 * @throws {Error} saying why it cannot be had, and what to do
 */
export async function goProgram(
  name: string,
  { path, version }: GoModule,
  home: string,
  say: (line: string) => void,
): Promise<string> {
  const folder = join(home, `${name}-${version}`);
  const file = join(folder, name);
  if (existsSync(file)) return file;
  say(`Building ${name} ${version} with Go …`);
  await mkdir(folder, { recursive: true });
  // The module's last part is its version, from v2 on: Go names the program by the part before.
  await go(home, ["install", `${path}@${version}`], { GOBIN: folder });
  return file;
}

const Downloaded = z.object({ Dir: z.string() });

/**
 * The folder of a module's files.
 *
 * @param home outside of any module of Go's
 */
export async function moduleFolder(
  { path, version }: GoModule,
  home: string,
): Promise<string> {
  const output = await go(home, [
    "mod",
    "download",
    "-json",
    `${path}@${version}`,
  ]);
  return Downloaded.parse(JSON.parse(output)).Dir;
}

const BUILD_DEADLINE_MS = 20 * 60_000;

async function go(
  home: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  await mkdir(home, { recursive: true });
  try {
    const { stdout } = await promisify(execFile)("go", [...args], {
      cwd: home,
      timeout: BUILD_DEADLINE_MS,
      maxBuffer: 16 * 1024 * 1024,
      env: { ...process.env, ...env },
    });
    return stdout;
  } catch (cause) {
    const isMissing = cause instanceof Error && "code" in cause &&
      cause.code === "ENOENT";
    const why = isMissing ? "this machine has no Go" : lastLineOf(cause);
    throw new Error(
      `"go ${
        args.join(" ")
      }" cannot be run (${why}): install Go 1.26 or newer.`,
      { cause },
    );
  }
}

function lastLineOf(error: unknown): string {
  const stderr = error instanceof Error && "stderr" in error
    ? String(error.stderr)
    : "";
  return stderr.trim().split("\n").at(-1) || describeError(error);
}
