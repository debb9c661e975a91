/**
 * What a DBA does for EventFlow, done on a server of one's own: the database, its roles, and a password for each that
 * stands in the documentation.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import postgres from "postgres";
import { type DatabaseRole, databaseRoles } from "#runtime/database_roles.ts";
import { repositoryRoot } from "../home.ts";

/** The SQL a DBA runs elsewhere. */
const rolesFile = join(repositoryRoot, "workers/persistence/roles.sql");

const PASSWORD = "eventflow";

/** The same database for another user, with the password of the documentation. */
export function roleUrl(url: string, role: DatabaseRole): string {
  const address = new URL(url);
  address.username = databaseRoles[role];
  address.password = PASSWORD;
  return address.href;
}

/**
 * Whether the server answers; makes what is missing: the database `eventflow`, roles and their passwords.
 *
 * @param url postgres:// URL of the database for its superuser
 * @throws {postgres.PostgresError} if it answers, and refuses
 */
export async function preparePostgres(url: string): Promise<boolean> {
  try {
    await ask(url.replace(/[^/]*$/, "postgres"), async (sql) => {
      const [found] = await sql`
        select 1 from pg_database where datname = 'eventflow'`;
      if (found === undefined) await sql`create database eventflow`;
    });
    await ask(url, async (sql) => {
      await prepareDatabase(sql);
      for (const role of Object.values(databaseRoles)) {
        await sql.unsafe(`alter role ${role} password '${PASSWORD}'`);
      }
    });
    return true;
  } catch (error) {
    if (isAway(error)) return false;
    throw error;
  }
}

/** Gives the roles their place in a database, as its DBA. */
export async function prepareDatabase(sql: postgres.Sql): Promise<void> {
  await sql.unsafe(await readFile(rolesFile, "utf8"));
}

/** Does something over one connection, which nobody waits for long. */
export async function ask(
  url: string,
  work: (sql: postgres.Sql) => Promise<void>,
): Promise<void> {
  const sql = postgres(url, {
    max: 1,
    connect_timeout: 2,
    onnotice: () => {},
  });
  try {
    await work(sql);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** 08 connection exception, 53 insufficient resources, 57 operator intervention, such as a server that starts. */
function isAway(error: unknown): boolean {
  return !(error instanceof postgres.PostgresError) ||
    /^(08|53|57)/.test(error.code);
}
