import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import process from "node:process";
import postgres from "postgres";
import { readConfig } from "#runtime/config.ts";
import {
  type DatabaseAddress,
  databaseAddress,
  databaseSettings,
} from "#runtime/database_settings.ts";
import { connectionTo } from "#runtime/database_connection.ts";
import { type DatabaseRole, databaseRoles } from "#runtime/database_roles.ts";
import {
  applyMigrations,
  rolesFile,
} from "../../../../workers/persistence/apply_migrations.ts";
import { Database } from "../../../../workers/persistence/database.ts";

export type FreshDatabase = AsyncDisposable & {
  /** As the writer. */
  readonly database: Database;
  /** As the owner. */
  readonly owner: Database;
  /** The writer's address. */
  readonly address: DatabaseAddress;
  addressOf(role: DatabaseRole): DatabaseAddress;
  /** The superuser's address. */
  readonly admin: DatabaseAddress;
  /** A connection of the superuser, for looking at what is stored, and for changing it. */
  readonly sql: postgres.Sql;
};

/** Makes a database for one test on a server that has the roles, dropped at the end of its scope. */
export async function freshDatabase(
  { migrated = true } = {},
): Promise<FreshDatabase> {
  const admin = postgres(adminUrl(), { max: 1, onnotice: () => {} });
  const name = `eventflow_test_${randomBytes(6).toString("hex")}`;
  await admin`create database ${admin(name)}`;
  const addressFor = (url: string, role: DatabaseRole) =>
    databaseAddress(
      readConfig("test", databaseSettings, {
        // The server may be in a container, on another host.
        EVENTFLOW_ENVIRONMENT: "development",
        EVENTFLOW_DB_URL: `${url}?sslmode=disable`,
      }),
      role,
    );
  const url = adminUrl().replace(/\/[^/]*$/, `/${name}`);
  const superuser = addressFor(url, "owner");
  const addressOf = (role: DatabaseRole) =>
    addressFor(
      url.replace(/\/\/[^:]*:[^@]*@/, `//${databaseRoles[role]}:eventflow@`),
      role,
    );
  const sql = postgres({
    ...connectionTo(superuser),
    max: 1,
    onnotice: () => {},
  });
  await sql.unsafe(await readFile(rolesFile, "utf8"));
  const limits = { poolSize: 4, statementTimeoutMs: 5_000 };
  const owner = new Database(addressOf("owner"), limits);
  if (migrated) await applyMigrations(owner);
  const database = new Database(addressOf("writer"), limits);
  return {
    database,
    owner,
    address: database.address,
    addressOf,
    admin: superuser,
    sql,
    async [Symbol.asyncDispose]() {
      await database.close();
      await owner.close();
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
