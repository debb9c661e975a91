/**
 * Brings the database to the schema of this version: `deno task migrate`, or `bun run migrate`.
 *
 * @module
 */
import process from "node:process";
import { ConfigError, readConfig } from "#runtime/config.ts";
import { databaseRoles } from "#runtime/database_roles.ts";
import {
  databaseAddress,
  databaseRelations,
  databaseSettings,
} from "#runtime/database_settings.ts";
import { describeError, exitCodes } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { serviceSettings } from "#runtime/service_settings.ts";
import { applyMigrations } from "./apply_migrations.ts";
import { Database } from "./database.ts";
import { placeOf } from "./database_errors.ts";
import { awaitDatabase } from "./schema.ts";

const settings = {
  ...databaseSettings,
  startTimeoutMs: serviceSettings.startTimeoutMs,
};

async function migrate(): Promise<void> {
  const config = readConfig("migrate", settings, process.env, [
    ...databaseRelations,
  ]);
  const database = new Database(databaseAddress(config, "owner"), {
    poolSize: 1,
    statementTimeoutMs: 5_000,
  });
  try {
    await awaitDatabase(database, { timeoutMs: config.startTimeoutMs });
    const applied = await applyMigrations(database);
    const missing = await missingRoles(database);
    if (missing !== "") {
      console.log(
        `This server has no ${missing}: have a DBA run workers/persistence/roles.sql, and migrate once more.`,
      );
    }
    console.log(
      `Database ${placeOf(database.address)} is up to date (applied: ${
        applied.join(", ") || "nothing, it was already"
      }).`,
    );
  } finally {
    await database.close();
  }
}

/** Without them whatever reads and writes has to log in as the owner. */
async function missingRoles(database: Database): Promise<string> {
  const [row] = await database.use((sql) =>
    sql<{ names: string | null }[]>`
      select string_agg(name, ', ') as names
      from unnest(string_to_array(${
      Object.values(databaseRoles).join(",")
    }, ',')) as name
      where not exists (select from pg_roles where rolname = name)`
  );
  return row?.names ?? "";
}

try {
  await migrate();
} catch (error) {
  const known = error instanceof ConfigError || error instanceof StartError;
  console.error(known ? error.message : describeError(error));
  process.exitCode = error instanceof StartError
    ? error.exitCode
    : error instanceof ConfigError
    ? exitCodes.config
    : exitCodes.bug;
}
