/**
 * `deno task days`: shows the partitions of the table `events`. It makes it a table of days, makes and moves what is missing, and drops old
 * days, each only with `--apply`.
 *
 * @module
 */
import { Command, InvalidArgumentError, Option } from "commander";
import process from "node:process";
import type postgres from "postgres";
import { runCommand, say } from "#runtime/command_line.ts";
import { readConfig } from "#runtime/config.ts";
import {
  type DatabaseAddress,
  databaseAddress,
  databaseRelations,
  databaseSettings,
} from "#runtime/database_settings.ts";
import { describeError, exitCodes } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { placeOf } from "#runtime/postgres/database_errors.ts";
import { tellFilled } from "../fill_by_blocks.ts";
import { longConnection } from "../long_connection.ts";
import { type Day, daysOf, dropDay, makeDays, olderThan } from "./days.ts";
import { layoutOf } from "./layout.ts";
import { partitionByDay } from "./partition.ts";

type Options = {
  readonly partition: boolean;
  readonly keepDays?: number;
  readonly keepTables: boolean;
  readonly apply: boolean;
};

const options = new Command("deno task days")
  .description(
    "Show the partitions of the table events. Nothing is changed without --apply.",
  )
  .option(
    "--partition",
    "make events a table with a partition for each day, while persistence goes on",
    false,
  )
  .addOption(
    new Option(
      "--keep-days <number>",
      "drop the days before the last so many; keys of their events stay",
    ).argParser(whole),
  )
  .option(
    "--keep-tables",
    "with --keep-days: leave each dropped day as a table of its own, for a dump",
    false,
  )
  .option(
    "--apply",
    "do it, and make the days ahead; else it is only said",
    false,
  )
  .parse()
  .opts<Options>();

await runCommand(async () => {
  const config = readConfig("days", databaseSettings, process.env, [
    ...databaseRelations,
  ]);
  const address = databaseAddress(config, "owner");
  const sql = longConnection(address);
  try {
    await becomeOwner(sql);
    return await run(sql, address);
  } catch (cause) {
    if (cause instanceof StartError) throw cause;
    throw new StartError(
      `Cannot see to the days of database ${placeOf(address)}: ${
        describeError(cause)
      }.`,
      { cause },
    );
  } finally {
    await sql.end({ timeout: 1 });
  }
});

/** Else what a superuser makes would be the superuser's. */
async function becomeOwner(sql: postgres.Sql): Promise<void> {
  const [table] = await sql<{ owner: string }[]>`
    select tableowner as owner from pg_tables where schemaname = 'public' and tablename = 'events'`;
  if (table === undefined) {
    throw new StartError(
      "There is no table events: run `deno task migrate` first.",
      { exitCode: exitCodes.config },
    );
  }
  await sql`set role ${sql(table.owner)}`;
}

/** @returns an exit code */
async function run(
  sql: postgres.Sql,
  address: DatabaseAddress,
): Promise<number> {
  const { partition, keepDays, keepTables, apply } = options;
  const place = placeOf(address);
  if (await layoutOf(sql) === "whole") {
    if (!partition || !apply) {
      await sayWhole(sql, place);
      return partition || !apply ? exitCodes.ok : exitCodes.config;
    }
    await partitionByDay(sql, address, {
      progress: tellFilled((done, all) =>
        say(`Keys of ${done} of ${all} blocks of events are made.`)
      ),
    });
    say(`The table events of database ${place} has a partition for each day.`);
  }
  const old = keepDays === undefined
    ? []
    : olderThan(await daysOf(sql), { keepDays, today: await todayOf(sql) });
  if (apply) {
    const { made, moved } = await makeDays(sql);
    if (made + moved > 0) {
      say(`Made ${made} days ahead, and moved ${moved} rows to their days.`);
    }
    for (const day of old) {
      await dropDay(sql, day, { keepTable: keepTables });
      say(`${keepTables ? "Detached" : "Dropped"} ${printed(day)}.`);
    }
  }
  for (const day of await daysOf(sql)) {
    const isOld = old.some(({ table }) => table === day.table);
    say(`${printed(day)}${isOld ? ": --apply would drop it" : ""}`);
  }
  return exitCodes.ok;
}

async function sayWhole(sql: postgres.Sql, place: string): Promise<void> {
  const [row] = await sql<{ rows: number; size: string }[]>`
    select reltuples::double precision as rows, pg_size_pretty(pg_total_relation_size(oid)) as size
    from pg_class where oid = 'events'::regclass`;
  say(
    `The table events of database ${place} is one table, of some ${
      Math.max(row?.rows ?? 0, 0).toLocaleString("en")
    } rows and ${row?.size}. \`deno task days --partition --apply\` makes a key for each row, about a quarter of that size, and has new rows in partitions of their day; the rows of before stay where they are, as its first partition. Persistence may go on, if it is of this version.`,
  );
}

function printed({ table, from, to, rows, bytes }: Day): string {
  const which = to === null
    ? "what has no day"
    : from === null
    ? `before ${to}`
    : from;
  const size = `${(bytes / 1e6).toFixed(1)} MB`;
  return `${table} (${which}): ${
    rows < 0 ? "not counted yet" : `about ${rows.toLocaleString("en")} rows`
  }, ${size}`;
}

async function todayOf(sql: postgres.Sql): Promise<string> {
  const [row] = await sql<{ today: string }[]>`
    select to_char(now() at time zone 'UTC', 'YYYY-MM-DD') as today`;
  return row?.today ?? "";
}

function whole(text: string): number {
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a whole number of days, from 1.");
}
