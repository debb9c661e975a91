/**
 * For tests of the desk's engine: an empty index in a database of its own.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import process from "node:process";
import type { Sql } from "postgres";
import { parseDatabaseUrl } from "#runtime/database_url.ts";
import { Database } from "#runtime/postgres/database.ts";
import { roleUrl } from "#local/postgres/roles.ts";
import { deskDatabaseAddress } from "../../../workers/dead_letter_desk/database_settings.ts";
import {
  migrateIndex,
  SCHEMA,
} from "../../../workers/dead_letter_desk/index/migrate.ts";
import { freshDatabase } from "./fresh_database.ts";

export type DeskIndex = AsyncDisposable & {
  /** As the desk has it. */
  readonly database: Database;
  /** Every row of every table, in an order of its own. */
  contents(): Promise<Readonly<Record<string, readonly string[]>>>;
};

export async function deskIndex(): Promise<DeskIndex> {
  const admin = process.env.EVENTFLOW_TEST_POSTGRES ?? "";
  const name = `desk_${randomBytes(6).toString("hex")}`;
  const fresh = await freshDatabase(admin, name);
  const url = parseDatabaseUrl(roleUrl(fresh.url, "desk"));
  if (url === undefined) throw new Error(`${fresh.url} is no address`);
  const address = deskDatabaseAddress(url);
  await migrateIndex(address);
  const database = new Database(address, {
    application: "test",
    schema: SCHEMA,
    poolSize: 2,
    statementTimeoutMs: 60_000,
  });
  return {
    database,
    contents: () => contentsOf(fresh.sql),
    async [Symbol.asyncDispose]() {
      await database.close();
      await fresh[Symbol.asyncDispose]();
    },
  };
}

/**
 * Every row of every table of the desk, as texts in an order of their own. Of how far topics were read the place to go on at is
 * left out: each process that starts writes the ends of transactions behind what is there. So are the ids of topics, each of which
 * is noted when the topic is looked at first.
 */
export async function contentsOf(
  sql: Sql,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const tables = await sql<{ name: string }[]>`
    select table_name as name from information_schema.tables
    where table_schema = ${SCHEMA} and table_name not in ('schema_migrations', 'topic_ids') order by 1`;
  const all: Record<string, readonly string[]> = {};
  for (const { name } of tables) {
    const rows = await sql<{ row: string }[]>`
      select (${
      name === "progress"
        ? sql`topic, partition, chain_number, chain_link`
        : sql`t`
    })::text as row from ${sql(SCHEMA)}.${sql(name)} t order by 1`;
    all[name] = rows.map(({ row }) => row);
  }
  return all;
}
