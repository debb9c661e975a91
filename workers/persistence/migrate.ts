/**
 * Brings the database to the schema of this version: `deno task migrate`, or `bun run migrate`. If the earlier
 * service's table is in the place of ours, it says what adopting it would do, and does it with `--adopt`.
 *
 * @module
 */
import { Command } from "commander";
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
import { adoptEarlier, surveyEarlier } from "./adoption/steps.ts";
import { eventsTableOf } from "./adoption/events_table.ts";
import { applyMigrations } from "./apply_migrations.ts";
import { Database } from "#runtime/postgres/database.ts";
import { placeOf } from "#runtime/postgres/database_errors.ts";
import { awaitDatabase, startable } from "#runtime/postgres/await_database.ts";
import { tellFilled } from "./fill_by_blocks.ts";
import { fillPayments } from "./fill_payments.ts";

const settings = {
  ...databaseSettings,
  startTimeoutMs: serviceSettings.startTimeoutMs,
};

/** @returns an exit code */
async function migrate({ adopt }: { adopt: boolean }): Promise<number> {
  const config = readConfig("migrate", settings, process.env, [
    ...databaseRelations,
  ]);
  const database = new Database(databaseAddress(config, "owner"), {
    // By its name it is told from a session of the earlier service, whose login this may be.
    application: "eventflow-migrate",
    poolSize: 1,
    statementTimeoutMs: 5_000,
  });
  const { address } = database;
  const place = placeOf(address);
  try {
    await awaitDatabase(database, { timeoutMs: config.startTimeoutMs });
    const table = await startable(database.use(eventsTableOf));
    if (table.kind === "foreign") {
      throw new StartError(
        `Database ${place} has a table events of ${table.owner} that is neither EventFlow's nor the earlier service's: rename it, or give EventFlow another database.`,
        { exitCode: exitCodes.config },
      );
    }
    const hasEarlierTable = table.kind === "earlier";
    if (hasEarlierTable && !adopt) {
      await surveyEarlier(address, table.owner);
      return exitCodes.config;
    }
    const applied = await applyMigrations(database, { hasEarlierTable });
    const missing = await missingRoles(database);
    if (missing !== "") {
      console.log(
        `This server has no ${missing}: have a DBA run workers/persistence/roles.sql, and migrate once more.`,
      );
    }
    console.log(
      `Database ${place} is up to date (applied: ${
        applied.join(", ") || "nothing, it was already"
      }).`,
    );
    await fillPayments(address, {
      progress: tellFilled((done, all) =>
        console.log(
          `Table payments: ${done} of ${all} blocks of events are applied.`,
        )
      ),
    });
    const isWhole = await adoptEarlier(address, { adopt });
    return isWhole ? exitCodes.ok : exitCodes.config;
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

const { adopt } = new Command("deno task migrate")
  .description("Bring the database to this version's schema.")
  .option(
    "--adopt",
    "adopt the table of the earlier service; without it you are told what that would do",
    false,
  )
  .exitOverride(({ exitCode }) =>
    process.exit(exitCode === 0 ? 0 : exitCodes.config)
  )
  .parse()
  .opts<{ adopt: boolean }>();

try {
  process.exitCode = await migrate({ adopt });
} catch (error) {
  const known = error instanceof ConfigError || error instanceof StartError;
  console.error(known ? error.message : describeError(error));
  process.exitCode = error instanceof StartError
    ? error.exitCode
    : error instanceof ConfigError
    ? exitCodes.config
    : exitCodes.bug;
}
