import { execFile } from "node:child_process";
import {
  access,
  constants,
  mkdir,
  readdir,
  rename,
  rm,
} from "node:fs/promises";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { describeError } from "#runtime/errors.ts";

const FETCH_TIMEOUT_MS = 5 * 60_000;

export type Wanted<Name extends string> = {
  /** Debian's package that brings them. */
  readonly debianPackage: string;
  /** What each program may be called, on the path and in the package. */
  readonly programs: Readonly<Record<Name, readonly string[]>>;
  /** Where the package is unpacked to. One that exists is whole. */
  readonly folder: string;
  /** A sentence that says what is missing and what to install. */
  readonly missing: string;
};

export type Programs<Name extends string> = Readonly<Record<Name, string>>;

/**
 * Finds programs on the path, else in Debian's package, which is fetched if that can be done; nothing
 * is installed on the machine, so nobody need be root.
 *
 * @param say is told in a line what is being fetched
 * @param path folders to look in, as in `PATH`
 */
export async function findPrograms<Name extends string>(
  wanted: Wanted<Name>,
  say: (line: string) => void,
  path: string = process.env.PATH ?? "",
): Promise<Programs<Name> | { missing: string }> {
  const folders = path.split(delimiter).filter(Boolean);
  const onPath = await findAll(wanted.programs, folders);
  if (onPath !== undefined) return onPath;

  if (!existsSync(wanted.folder)) {
    const apt = await findAll(
      { get: ["apt-get"], unpack: ["dpkg-deb"] },
      folders,
    );
    if (apt === undefined) return { missing: wanted.missing };
    try {
      await fetchPackage(wanted, apt, say);
    } catch (error) {
      // Not its cause, which repeats all that apt-get wrote.
      const reason = error instanceof Error ? error.message : String(error);
      return { missing: `${wanted.missing} ${reason}.` };
    }
  }
  const unpacked = await findAll(wanted.programs, [binariesOf(wanted.folder)]);
  return unpacked ??
    { missing: `${wanted.missing} ${wanted.folder} has them not: remove it.` };
}

async function findAll<Name extends string>(
  programs: Readonly<Record<Name, readonly string[]>>,
  folders: readonly string[],
): Promise<Programs<Name> | undefined> {
  const found: Partial<Record<Name, string>> = {};
  for (const name in programs) {
    for (const folder of folders) {
      for (const called of programs[name]) {
        const file = join(folder, called);
        const runs = await access(file, constants.X_OK)
          .then(() => true, () => false);
        if (runs) found[name] ??= file;
      }
    }
    if (found[name] === undefined) return undefined;
  }
  return found as Programs<Name>;
}

/**
 * Unpacks the package beside its place, sees each program run, and moves it there.
 *
 * @throws {Error} saying why it could not be fetched
 */
async function fetchPackage<Name extends string>(
  { debianPackage, programs, folder }: Wanted<Name>,
  apt: Programs<"get" | "unpack">,
  say: (line: string) => void,
): Promise<void> {
  const began = Date.now();
  say(`Fetching Debian's package ${debianPackage} …`);
  const work = `${folder}.${process.pid}.part`;
  const unpacked = join(work, "unpacked");
  try {
    for (const name of ["lists/partial", "cache/archives/partial", "package"]) {
      await mkdir(join(work, name), { recursive: true });
    }
    const file = await download(debianPackage, { aptGet: apt.get, work });
    await run(apt.unpack, ["-x", file, unpacked], work);
    const found = await findAll(programs, [binariesOf(unpacked)]);
    if (found === undefined) {
      throw new Error(`Its package ${debianPackage} lacks a program`);
    }
    for (const program of Object.values<string>(found)) {
      await run(program, ["--version"], work);
    }
    // If somebody else was faster, theirs is as good.
    if (!existsSync(folder)) await rename(unpacked, folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  say(`Fetched ${debianPackage} in ${seconds} s.`);
}

/** Fetches a package by the machine's lists, or by lists of its own if the machine has none. */
async function download(
  debianPackage: string,
  { aptGet, work }: { aptGet: string; work: string },
): Promise<string> {
  const folder = join(work, "package");
  const cache = options({
    "Dir::Cache": join(work, "cache"),
    // As root, apt would drop its rights, and then could not write here.
    "APT::Sandbox::User": "root",
    "Acquire::Retries": "2",
  });
  const own = [
    ...cache,
    ...options({ "Dir::State::Lists": join(work, "lists") }),
  ];
  const fetch = ["download", debianPackage];
  await run(aptGet, [...cache, ...fetch], folder).catch(async () => {
    await run(aptGet, [...own, "update"], folder);
    await run(aptGet, [...own, ...fetch], folder);
  });
  const name = (await readdir(folder)).find((file) => file.endsWith(".deb"));
  if (name === undefined) throw new Error("apt-get brought no package");
  return join(folder, name);
}

function options(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).flatMap(([key, value]) => [
    "-o",
    `${key}=${value}`,
  ]);
}

async function run(
  program: string,
  args: readonly string[],
  cwd: string,
): Promise<void> {
  try {
    await promisify(execFile)(program, [...args], {
      cwd,
      timeout: FETCH_TIMEOUT_MS,
      maxBuffer: 16 * 1024 * 1024,
      env: { ...process.env, LC_ALL: "C" },
    });
  } catch (cause) {
    throw new Error(`${program} failed: ${reasonOf(cause)}`, { cause });
  }
}

/** The first complaint of apt, else the last line it wrote. */
function reasonOf(error: unknown): string {
  const stderr = error instanceof Error && "stderr" in error
    ? String(error.stderr)
    : "";
  const lines = stderr.trim().split("\n");
  const complaint = lines.find((line) => line.startsWith("E: "))?.slice(3);
  return complaint ?? (lines.at(-1) || describeError(error));
}

function binariesOf(folder: string): string {
  return join(folder, "usr", "bin");
}
