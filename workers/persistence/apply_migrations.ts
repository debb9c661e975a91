/// <reference path="./pg.d.ts" />
import { runner } from "node-pg-migrate";
import { Client } from "pg";
import { describeError, exitCodes } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import type { Database } from "./database.ts";
import { placeOf } from "./database_errors.ts";
import { migrationsFolder, migrationsTable } from "./schema.ts";

/**
 * Applies the migrations that are missing, all or none. Two at a time are safe: the tool holds an
 * advisory lock, and the second finds nothing left to do.
 *
 * @param database one that answers
 * @returns names of what was applied
 * @throws {StartError} where rights are missing or a migration fails
 */
export async function applyMigrations(database: Database): Promise<string[]> {
  const { address } = database;
  const place = placeOf(address);
  await checkRights(database);
  // Ours and not the tool's own: that one leaves a broken connection to crash the process, and does
  // not wait for its end.
  const client = new Client({
    ...address,
    ssl: address.sslMode === "disable"
      ? false
      : { rejectUnauthorized: address.sslMode === "verify-full" },
    application_name: "eventflow-migrate",
  });
  client.on("error", () => {}); // What it breaks rejects as well.
  try {
    await client.connect();
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

/** Asked beforehand, because the tool answers with a stack trace. */
async function checkRights(database: Database): Promise<void> {
  const [rights] = await database.use((sql) =>
    sql<{ enough: boolean }[]>`
      select has_schema_privilege('public', 'create') as enough`
  );
  if (rights?.enough) return;
  const { user } = database.address;
  throw new StartError(
    `User ${user} may not create tables in database ${
      placeOf(database.address)
    }: migrate as the owner, or \`grant create on schema public to ${user}\`.`,
    { exitCode: exitCodes.config },
  );
}
