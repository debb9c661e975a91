import { execFile } from "node:child_process";
import { chmod, chown, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { describeError } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import type { Command } from "#processes/child.ts";
import type { Place } from "./place.ts";

const run = promisify(execFile);

/**
 * Makes a database cluster in `place.data` with user and password `eventflow`, whose text sorts the
 * same on every machine.
 *
 * @throws {StartError} if it cannot be made
 */
export async function initialise(
  { data, binaries }: Place,
  user: Command["user"],
): Promise<void> {
  // Made beside its place and then moved there: a folder that exists is whole.
  const unfinished = `${data}.${process.pid}.part`;
  const passwordFile = `${unfinished}.password`;
  try {
    await mkdir(dirname(data), { recursive: true });
    await mkdir(unfinished, { mode: 0o700 });
    if (user) await chown(unfinished, user.uid, user.gid);
    await writeFile(passwordFile, "eventflow\n");
    // npm packages do not always keep the x bit.
    for (const name of ["initdb", "postgres"]) {
      await chmod(join(binaries, "bin", name), 0o755);
    }
    await run(join(binaries, "bin", "initdb"), [
      `--pgdata=${unfinished}`,
      `--pwfile=${passwordFile}`,
      "--username=eventflow",
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      "--locale-provider=builtin",
      "--locale=C.UTF-8",
      "--lc-messages=C",
      "--no-instructions",
    ], { ...user, cwd: "/" });
    await rename(unfinished, data);
  } catch (cause) {
    throw new StartError(
      `Cannot make a PostgreSQL data folder in ${data}: ${
        describeError(cause)
      }`,
      { cause },
    );
  } finally {
    await rm(unfinished, { recursive: true, force: true });
    await rm(passwordFile, { force: true });
  }
}

/**
 * Whom the server runs as: PostgreSQL refuses root, so root lends it the user `postgres`, made where
 * it is missing; everybody else runs it themselves.
 *
 * @throws {StartError} if the user cannot be made
 */
export async function serverUser(): Promise<Command["user"]> {
  if (process.getuid?.() !== 0) return undefined;
  const id = async (flag: string) =>
    Number((await run("id", [flag, "postgres"])).stdout);
  try {
    await run("id", ["postgres"]);
  } catch {
    await run("useradd", ["--system", "--user-group", "postgres"])
      .catch((cause) => {
        throw new StartError(
          `PostgreSQL does not run as root, and the user "postgres" for it cannot be made: ${
            describeError(cause)
          }. Start the stack as another user.`,
          { cause },
        );
      });
  }
  return { uid: await id("-u"), gid: await id("-g") };
}
