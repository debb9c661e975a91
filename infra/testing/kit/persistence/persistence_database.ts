import { randomBytes } from "node:crypto";
import process from "node:process";
import type postgres from "postgres";
import { readConfig } from "#runtime/config.ts";
import {
  type DatabaseAddress,
  databaseAddress,
  databaseSettings,
} from "#runtime/database_settings.ts";
import type { DatabaseRole } from "#runtime/database_roles.ts";
import { roleUrl } from "#local/postgres/roles.ts";
import { applyMigrations } from "../../../../workers/persistence/apply_migrations.ts";
import type { Layout } from "../../../../workers/persistence/days/layout.ts";
import {
  partitionByDay,
  type PartitionOptions,
} from "../../../../workers/persistence/days/partition.ts";
import { longConnection } from "../../../../workers/persistence/long_connection.ts";
import { Database } from "#runtime/postgres/database.ts";
import { freshDatabase } from "../fresh_database.ts";

export type PersistenceDatabase = AsyncDisposable & {
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

/**
 * A database of its own for one test, with the roles and, if asked for, the tables, as one or by day; dropped at the end of its
 * scope.
 */
export async function persistenceDatabase(
  { migrated = true, layout = "whole" }: {
    migrated?: boolean;
    layout?: Layout;
  } = {},
): Promise<PersistenceDatabase> {
  const name = `eventflow_test_${randomBytes(6).toString("hex")}`;
  const fresh = await freshDatabase(adminUrl(), name);
  const addressFor = (url: string, role: DatabaseRole) =>
    databaseAddress(
      readConfig("test", databaseSettings, {
        // The server may be in a container, on another host.
        EVENTFLOW_ENVIRONMENT: "development",
        EVENTFLOW_DB_URL: `${url}?sslmode=disable`,
      }),
      role,
    );
  const addressOf = (role: DatabaseRole) =>
    addressFor(roleUrl(fresh.url, role), role);
  const limits = { poolSize: 4, statementTimeoutMs: 5_000 };
  const owner = new Database(addressOf("owner"), limits);
  if (migrated) await applyMigrations(owner);
  if (migrated && layout === "by day") {
    // Each row is in the partition of its day.
    await partitioned(owner.address, { firstDay: today() });
  }
  const database = new Database(addressOf("writer"), limits);
  return {
    database,
    owner,
    address: database.address,
    addressOf,
    admin: addressFor(fresh.url, "owner"),
    sql: fresh.sql,
    async [Symbol.asyncDispose]() {
      await database.close();
      await owner.close();
      await fresh[Symbol.asyncDispose]();
    },
  };
}

/** Does what `deno task days --partition --apply` does. */
export async function partitioned(
  owner: DatabaseAddress,
  options: PartitionOptions = {},
): Promise<void> {
  const sql = longConnection(owner);
  try {
    await partitionByDay(sql, owner, options);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

const today = () => `${new Date().toISOString().slice(0, 10)}T00:00:00.000Z`;

function adminUrl(): string {
  const url = process.env.EVENTFLOW_TEST_POSTGRES;
  if (url) return url;
  throw new Error(
    "EVENTFLOW_TEST_POSTGRES must be the postgres:// URL of an admin database: `deno task test` sets it",
  );
}
