import { fileURLToPath } from "node:url";
import { runner } from "node-pg-migrate";
import { Client } from "pg";
import { connectionTo } from "#runtime/database_connection.ts";
import type { DatabaseAddress } from "#runtime/database_settings.ts";
import { describeError, exitCodes } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { placeOf } from "#runtime/postgres/database_errors.ts";

/** Where the desk's tables are. */
export const SCHEMA = "desk";

const folder = fileURLToPath(new URL("../migrations", import.meta.url));

/**
 * Makes the desk's tables, or brings them up to date. They are a cache that belongs to the desk alone, so that it does so
 * itself, at its start. Two at a time are safe.
 *
 * @throws {StartError} if it may not, or a migration fails
 */
export async function migrateIndex(address: DatabaseAddress): Promise<void> {
  const client = new Client({
    ...connectionTo(address),
    application_name: "eventflow-desk-migrate",
  });
  client.on("error", () => {}); // What it breaks rejects as well.
  try {
    await client.connect();
    await client.query(`
      do $$ begin
        if to_regnamespace('${SCHEMA}') is null then create schema ${SCHEMA}; end if;
      end $$`);
    await client.query(`set search_path to ${SCHEMA}`);
    await runner({
      dbClient: client,
      dir: folder,
      migrationsTable: "schema_migrations",
      schema: SCHEMA,
      migrationsSchema: SCHEMA,
      direction: "up",
      singleTransaction: true,
      advisoryLockMode: "wait",
      log: () => {},
    });
  } catch (cause) {
    throw new StartError(
      `User ${address.user} cannot make the schema ${SCHEMA} in database ${
        placeOf(address)
      } (${
        describeError(cause)
      }): have a DBA run workers/persistence/roles.sql there, or \`create schema ${SCHEMA} authorization ${address.user}\`, or correct ${address.urlVariable}.`,
      { cause, exitCode: exitCodes.config },
    );
  } finally {
    await client.end().catch(() => {});
  }
}
