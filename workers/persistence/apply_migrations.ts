/// <reference path="./pg.d.ts" />
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { runner } from "node-pg-migrate";
import { Client } from "pg";
import { connectionTo } from "#runtime/database_connection.ts";
import { databaseRoles } from "#runtime/database_roles.ts";
import { describeError, exitCodes } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { putAway } from "./adoption/put_away.ts";
import type { Database } from "#runtime/postgres/database.ts";
import { placeOf } from "#runtime/postgres/database_errors.ts";
import { startable } from "#runtime/postgres/await_database.ts";
import { migrationsFolder, migrationsTable } from "./schema.ts";

const fileOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));
/** What a DBA runs before the first migration. */
export const rolesFile = fileOf("./roles.sql");
const grantsFile = fileOf("./grants.sql");

/**
 * Applies the migrations that are missing, all or none, and grants each role what it needs. Two at a time are
 * safe: the tool holds an advisory lock, and the second finds nothing left to do.
 *
 * @param database one that answers
 * @param hasEarlierTable whether the earlier service's table is in the place of ours, and is to be put away
 * @returns names of what was applied
 * @throws {StartError} if rights are missing or a migration fails; the earlier table is where it was then
 */
export async function applyMigrations(
  database: Database,
  { hasEarlierTable = false } = {},
): Promise<string[]> {
  const { address } = database;
  const place = placeOf(address);
  const { isSuperuser, mayBeOwner } = await checkRights(database, {
    hasEarlierTable,
  });
  // Ours and not the tool's own: that one leaves a broken connection to crash the process, and does
  // not wait for its end.
  const client = new Client({
    ...connectionTo(address),
    application_name: "eventflow-migrate",
  });
  client.on("error", () => {}); // What it breaks rejects as well.
  try {
    await client.connect();
    if (isSuperuser) await client.query(await readFile(rolesFile, "utf8"));
    if (hasEarlierTable) await putAway(client);
    // Else the tables would belong to whoever migrated last.
    if (isSuperuser || mayBeOwner) {
      await client.query(`set role ${databaseRoles.owner}`);
    }
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
    if (cause instanceof StartError) throw cause;
    throw new StartError(
      `Cannot migrate database ${place}: ${describeError(cause)}.`,
      { cause },
    );
  } finally {
    await client.end().catch(() => {});
  }
}

type Rights = {
  readonly mayCreate: boolean;
  readonly isSuperuser: boolean;
  /** Whether the owner is a role here, and whether this user is a member of it. */
  readonly hasOwner: boolean;
  readonly mayBeOwner: boolean;
  /** Tables that have names of ours, and that no migration of ours has made. */
  readonly others: string;
  /** Tables of EventFlow's whose owner is another, with the owner. */
  readonly foreign: string;
};

/** Asked beforehand, because the tool answers with a stack trace. */
async function checkRights(
  database: Database,
  { hasEarlierTable }: { hasEarlierTable: boolean },
): Promise<Rights> {
  const [rights] = await startable(database.use((sql) =>
    sql<Rights[]>`
      select
        has_schema_privilege('public', 'create') as "mayCreate",
        (select rolsuper from pg_roles where rolname = current_user) as "isSuperuser",
        exists (select from pg_roles where rolname = ${databaseRoles.owner}) as "hasOwner",
        exists (
          select from pg_roles
          where rolname = ${databaseRoles.owner} and pg_has_role(oid, 'usage')
        ) as "mayBeOwner",
        concat_ws(', ',
          case when to_regclass('public.payments_fill') is null then to_regclass('public.payments') end,
          case when to_regproc('public.supersede_events') is null then nullif(concat_ws(', ',
            to_regclass('public.superseded_events'),
            to_regclass('public.provider_transmissions'),
            to_regclass('public.payment_states')
          ), '') end,
          case when to_regproc('public.store_enriched_events') is null then to_regclass('public.enriched_events') end
        ) as others,
        coalesce((
          select string_agg(tablename || ' of ' || tableowner, ', ' order by tablename)
          from pg_tables
          where schemaname = 'public' and tablename in ('events', 'payments_fill', ${migrationsTable})
            and not pg_has_role(tableowner, 'usage')
        ), '') as foreign`
  ));
  const problem = problemOf(database, rights, { hasEarlierTable });
  if (rights !== undefined && problem === undefined) return rights;
  throw new StartError(`${problem}.`, { exitCode: exitCodes.config });
}

/** What is missing and who can give it, as a sentence without its full stop. */
function problemOf(
  { address }: Database,
  rights: Rights | undefined,
  { hasEarlierTable }: { hasEarlierTable: boolean },
): string | undefined {
  const { user } = address;
  const { owner } = databaseRoles;
  const place = placeOf(address);
  if (!rights?.mayCreate) {
    return `User ${user} may not create tables in database ${place}: migrate as ${owner}, or \`grant create on schema public to ${user}\``;
  }
  if (rights.others !== "") {
    return `Database ${place} has a table ${rights.others} that is not EventFlow's: rename it, or give EventFlow another database`;
  }
  if (rights.foreign !== "") {
    return `User ${user} does not own ${rights.foreign} in database ${place}: ${
      hasEarlierTable
        ? "adopt it as its owner or as a superuser"
        : `have a DBA run workers/persistence/roles.sql, and migrate as ${owner}`
    }`;
  }
  if (
    hasEarlierTable && rights.hasOwner && !rights.mayBeOwner &&
    !rights.isSuperuser
  ) {
    return `User ${user} cannot leave the tables of database ${place} to ${owner}: have a DBA \`grant ${owner} to ${user}\`, or adopt as a superuser`;
  }
  return undefined;
}
