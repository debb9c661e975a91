import type postgres from "postgres";

/** For how long a table is waited for, and behind that who stores; as PostgreSQL takes it. */
export const LOCK_TIMEOUT = "5s";

export type Work = (sql: postgres.TransactionSql) => Promise<void>;

/** A transaction that gives up if its locks are not to be had, so that who stores does not wait for long. */
export async function withinLocks(
  sql: postgres.Sql,
  work: Work,
  { lockTimeout = LOCK_TIMEOUT } = {},
): Promise<void> {
  await sql.begin(async (sql) => {
    await sql`select set_config('lock_timeout', ${lockTimeout}, true)`;
    await work(sql);
  });
}
