/// <reference path="./pg.d.ts" />
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { runner } from "node-pg-migrate";
import { Client } from "pg";
import { connectionTo } from "#runtime/database_connection.ts";
import { databaseRoles } from "#runtime/database_roles.ts";
import { describeError, exitCodes } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import type { Database } from "./database.ts";
import { placeOf } from "./database_errors.ts";
import { migrationsFolder, migrationsTable, startable } from "./schema.ts";

const fileOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));
/** What a DBA runs before the first migration. */
export const rolesFile = fileOf("./roles.sql");
const grantsFile = fileOf("./grants.sql");

/**
 * Applies the migrations that are missing, all or none, and grants each role what it needs. Two at a time are
 * safe: the tool holds an advisory lock, and the second finds nothing left to do.
 *
 * @param database one that answers
 * @returns names of what was applied
 * @throws {StartError} where rights are missing or a migration fails
 */
export async function applyMigrations(database: Database): Promise<string[]> {
  const { address } = database;
  const place = placeOf(address);
  const { isSuperuser } = await checkRights(database);
  // Ours and not the tool's own: that one leaves a broken connection to crash the process, and does
  // not wait for its end.
  const client = new Client({
    ...connectionTo(address),
    application_name: "eventflow-migrate",
  });
  client.on("error", () => {}); // What it breaks rejects as well.
  try {
    await client.connect();
    if (isSuperuser) await becomeOwner(client);
    const applied = await runner({
      dbClient: client,
      dir: migrationsFolder,
      migrationsTable,
      schema: "public",
      direction: "up",
      singleTransaction: true,
      advisoryLockMode: "wait",
      log: () => {},
    });
    await client.query(await readFile(grantsFile, "utf8"));
    return applied.map(({ name }) => name);
  } catch (cause) {
    throw new StartError(
      `Cannot migrate database ${place}: ${describeError(cause)}.`,
      { cause },
    );
  } finally {
    await client.end().catch(() => {});
  }
}

/** A superuser does the DBA's part too, and leaves tables that belong to the owner. */
async function becomeOwner(client: Client): Promise<void> {
  await client.query(await readFile(rolesFile, "utf8"));
  await client.query(`set role ${databaseRoles.owner}`);
}

type Rights = {
  readonly mayCreate: boolean;
  readonly isSuperuser: boolean;
  /** Tables of EventFlow's whose owner is another, with the owner. */
  readonly foreign: string;
};

/** Asked beforehand, because the tool answers with a stack trace. */
async function checkRights(database: Database): Promise<Rights> {
  const [rights] = await startable(database.use((sql) =>
    sql<Rights[]>`
      select
        has_schema_privilege('public', 'create') as "mayCreate",
        (select rolsuper from pg_roles where rolname = current_user) as "isSuperuser",
        coalesce((
          select string_agg(tablename || ' of ' || tableowner, ', ' order by tablename)
          from pg_tables
          where schemaname = 'public' and tablename in ('events', ${migrationsTable})
            and not pg_has_role(tableowner, 'usage')
        ), '') as foreign`
  ));
  if (rights?.mayCreate && rights.foreign === "") return rights;
  const { user } = database.address;
  const place = placeOf(database.address);
  throw new StartError(
    rights?.mayCreate
      ? `User ${user} does not own ${rights.foreign} in database ${place}: have a DBA run workers/persistence/roles.sql, and migrate as ${databaseRoles.owner}.`
      : `User ${user} may not create tables in database ${place}: migrate as ${databaseRoles.owner}, or \`grant create on schema public to ${user}\`.`,
    { exitCode: exitCodes.config },
  );
}
