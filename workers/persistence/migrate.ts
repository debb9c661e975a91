/**
 * Brings the database to the schema of this version: `deno task migrate`, or `bun run migrate`.
 *
 * @module
 */
import process from "node:process";
import { ConfigError, readConfig } from "#runtime/config.ts";
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
  const database = new Database(databaseAddress(config), {
    poolSize: 1,
    statementTimeoutMs: 5_000,
  });
  try {
    await awaitDatabase(database, { timeoutMs: config.startTimeoutMs });
    const applied = await applyMigrations(database);
    console.log(
      `Database ${placeOf(database.address)} is up to date (applied: ${
        applied.join(", ") || "nothing, it was already"
      }).`,
    );
  } finally {
    await database.close();
  }
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
