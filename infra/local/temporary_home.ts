import { existsSync } from "node:fs";
import { chmod, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { type Home, stackHome } from "./home.ts";
import { PidFiles } from "#processes/pid_files.ts";
import { clearPostgres } from "./postgres/place.ts";

const OWNER = "owner";

export type TemporaryHome = {
  /** Its jars are those of the user's own home. */
  readonly home: Home;
  /** Removes it, once nothing of it runs any more. */
  remove(): Promise<void>;
};

/**
 * Makes an empty home in the folder for temporary files, and ends and removes those that a process which
 * was killed left behind.
 *
 * @param prefix begins the names of the folders of one purpose
 */
export async function openTemporaryHome(
  prefix: string,
): Promise<TemporaryHome> {
  await sweepAbandoned(prefix);
  const folder = await mkdtemp(join(tmpdir(), prefix));
  await new PidFiles(folder).write(OWNER, process.pid);
  // PostgreSQL may run as another user than the one who made the folder.
  await chmod(folder, 0o755);
  const home = { ...stackHome(folder), kafkaJars: stackHome().kafkaJars };
  return { home, remove: () => remove(home) };
}

async function sweepAbandoned(prefix: string): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const folder = join(tmpdir(), name);
    const isOurs = name.startsWith(prefix) &&
      existsSync(join(folder, `${OWNER}.json`));
    if (!isOurs || await new PidFiles(folder).find(OWNER)) continue;
    const home = stackHome(folder);
    await new PidFiles(home.pids).endAll(5_000);
    await remove(home);
  }
}

async function remove({ root, postgresData }: Home): Promise<void> {
  await clearPostgres(postgresData);
  await rm(root, { recursive: true, force: true });
}
