/**
 * A base backup of a server that goes on, as PostgreSQL's manual has it for programs of one's own ("Making a Base Backup Using the
 * Low Level API", https://www.postgresql.org/docs/18/continuous-archiving.html): by the functions that `pg_basebackup` and the tools
 * of providers call. The server of the tests comes without a `pg_basebackup`.
 *
 * @module
 */
import { execFile } from "node:child_process";
import { chown, mkdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Sql } from "postgres";

export type BaseBackup = {
  /** Puts the backup in the place of the ended server's data. */
  restore(): Promise<void>;
};

/**
 * @param sql of the server's superuser
 * @param folder where the backup is kept
 */
export async function backUp(sql: Sql, folder: string): Promise<BaseBackup> {
  const archive = join(folder, "postgres_backup.tar");
  const label = join(folder, "backup_label");
  const [at] = await sql<{ data: string }[]>`
    select current_setting('data_directory') as data`;
  const data = at?.data ?? "";
  // The connection that begins a backup has to stay until its end.
  const session = await sql.reserve();
  try {
    await session`select pg_backup_start('scenario', fast => true)`;
    await tar("-cf", archive, ...[
      "--exclude=./postmaster.pid",
      "--exclude=./pg_wal/*",
      ...["-C", data, "."],
    ]);
    const [stopped] = await session<{ label: string }[]>`
      select labelfile as label from pg_backup_stop(wait_for_archive => false)`;
    await writeFile(label, stopped?.label ?? "");
  } finally {
    session.release();
  }
  // What was written meanwhile makes the files fit each other.
  await tar("-rf", archive, "-C", data, "./pg_wal");
  await tar("-rf", archive, "-C", folder, "./backup_label");
  return {
    async restore() {
      await rm(data, { recursive: true });
      await mkdir(data);
      // With the owner and the mode of each, the folder's own too.
      await tar("-xpf", archive, "-C", data);
      const { uid, gid } = await stat(data);
      await chown(join(data, "backup_label"), uid, gid);
    },
  };
}

/** Files that change meanwhile are no failure: tar ends with 1 for them, and what they lack is in the log. */
async function tar(...args: readonly string[]): Promise<void> {
  await promisify(execFile)("tar", [...args]).catch((error) => {
    if (error.code !== 1) throw error;
  });
}
