import postgres from "postgres";
import { prepareDatabase } from "#local/postgres/roles.ts";

export type FreshDatabase = AsyncDisposable & {
  /** For the server's superuser. */
  readonly url: string;
  /** A connection of its own, as the superuser. */
  readonly sql: postgres.Sql;
  /** Has the statements that run in it now fail. */
  cancel(): Promise<void>;
};

/**
 * Makes an empty database, dropped when it is disposed of.
 *
 * @param adminUrl postgres:// URL of a database on the same server
 */
export async function freshDatabase(
  adminUrl: string,
  name: string,
): Promise<FreshDatabase> {
  const admin = postgres(adminUrl, { max: 1, onnotice: () => {} });
  await admin`create database ${admin(name)}`;
  const url = adminUrl.replace(/\/[^/]*$/, `/${name}`);
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  await prepareDatabase(sql);
  return {
    url,
    sql,
    async cancel() {
      await admin`
        select pg_cancel_backend(pid) from pg_stat_activity where datname = ${name}`;
    },
    async [Symbol.asyncDispose]() {
      await sql.end({ timeout: 1 });
      // A scenario may end, and fail, while its server is away.
      await admin`drop database ${admin(name)} with (force)`.catch(() => {});
      await admin.end({ timeout: 1 });
    },
  };
}
