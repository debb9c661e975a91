import { randomBytes } from "node:crypto";
import process from "node:process";
import postgres from "postgres";
import { readConfig } from "#runtime/config.ts";
import {
  type DatabaseAddress,
  databaseAddress,
  databaseSettings,
} from "#runtime/database_settings.ts";
import { applyMigrations } from "./apply_migrations.ts";
import { Database } from "./database.ts";

export type FreshDatabase = AsyncDisposable & {
  readonly database: Database;
  readonly address: DatabaseAddress;
  /** A connection of its own, for looking at what is stored. */
  readonly sql: postgres.Sql;
};

/** Makes a database for one test, dropped at the end of its scope. */
export async function freshDatabase(
  { migrated = true } = {},
): Promise<FreshDatabase> {
  const admin = postgres(adminUrl(), { max: 1, onnotice: () => {} });
  const name = `eventflow_test_${randomBytes(6).toString("hex")}`;
  await admin`create database ${admin(name)}`;
  const address = databaseAddress(readConfig("test", databaseSettings, {
    // The server may be in a container, on another host.
    EVENTFLOW_ENVIRONMENT: "development",
    EVENTFLOW_DB_URL: adminUrl().replace(/\/[^/]*$/, `/${name}`),
  }));
  const database = new Database(address, {
    poolSize: 4,
    statementTimeoutMs: 5_000,
  });
  if (migrated) await applyMigrations(database);
  const sql = postgres({ ...address, max: 1, onnotice: () => {} });
  return {
    database,
    address,
    sql,
    async [Symbol.asyncDispose]() {
      await database.close();
      await sql.end({ timeout: 1 });
      await admin`drop database ${admin(name)} with (force)`;
      await admin.end();
    },
  };
}

function adminUrl(): string {
  const url = process.env.EVENTFLOW_TEST_POSTGRES;
  if (url) return url;
  throw new Error(
    "EVENTFLOW_TEST_POSTGRES must be the postgres:// URL of an admin database: `deno task test` sets it",
  );
}
