import { readFile } from "node:fs/promises";
import type postgres from "postgres";
import type { DatabaseAddress } from "#runtime/database_settings.ts";
import { describeError, exitCodes } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { placeOf } from "#runtime/postgres/database_errors.ts";
import { fillByBlocks, type Filled, rowsOf } from "../fill_by_blocks.ts";
import { layoutOf } from "./layout.ts";
import { LOCK_TIMEOUT, withinLocks, type Work } from "./within_locks.ts";

/** As for payments: half a second of work, for which a row of these blocks cannot be superseded. */
const BLOCKS_AT_ONCE = 1_000;
/** The days that the table of before goes on to take rows of, so that a move that was killed midway has a week to be repeated. */
const DAYS_MARGIN = 7;

const textOf = (file: string) =>
  readFile(new URL(file, import.meta.url), "utf8");

export type PartitionOptions = {
  /** Told after each step, if there is one. */
  readonly progress?: (filled: Filled) => void;
  readonly blocksAtOnce?: number;
  /** From when on rows are in partitions of their day, an instant in ISO 8601. */
  readonly firstDay?: string;
  readonly lockTimeout?: string;
};

/**
 * Makes `events` a table with a partition for each day, while persistence goes on. Ended anywhere, it goes on there, and done once
 * more it does nothing.
 *
 * @param sql one long connection of the owner
 * @throws {StartError} if something else hangs on the table, or it is in use for too long
 */
export async function partitionByDay(
  sql: postgres.Sql,
  address: DatabaseAddress,
  {
    progress = () => {},
    blocksAtOnce = BLOCKS_AT_ONCE,
    firstDay = daysFromNow(DAYS_MARGIN),
    lockTimeout = LOCK_TIMEOUT,
  }: PartitionOptions = {},
): Promise<void> {
  if (await layoutOf(sql) === "by day") return;
  await requireMovable(sql, address);
  const once = (work: Work) => oneStep(sql, address, lockTimeout, work);
  await once(
    async (sql) => {
      await sql`select pg_advisory_xact_lock(hashtext('eventflow days'))`;
      const [row] = await sql<{ isThere: boolean }[]>`
        select to_regclass('public.event_keys') is not null as "isThere"`;
      if (!row?.isThere) await sql.unsafe(await textOf("make_keys.sql"));
      await sql.unsafe(await textOf("../grants.sql"));
    },
  );
  for (;;) {
    const filled = await sql.begin((sql) =>
      fillByBlocks(sql, {
        progress: "event_keys_fill",
        blocksAtOnce,
        take: (blocks) =>
          sql`
          insert into event_keys
          select (event).event_id, (event).stored_at, (event).mapping_version,
            case when (event).adopted_at is null then event_digest(
              (event).event_type, (event).source, (event).event_timestamp, (event).payload,
              (event).payment_id, (event).amount, (event).currency, (event).mapping_version
            ) end
          from (${rowsOf(sql, blocks)}) as of_blocks
          order by (event).event_id
          on conflict (event_id) do nothing`,
      })
    );
    if (filled === undefined) break;
    progress(filled);
  }
  await requireAllKeys(sql, address);
  try {
    await validateChecks(sql, once, firstDay);
    await once(async (sql) => {
      await sql`select pg_advisory_xact_lock(hashtext('eventflow days'))`;
      await sql`select set_config('eventflow.first_day', ${firstDay}, true)`;
      await sql.unsafe(await textOf("partition.sql"));
      await sql.unsafe(await textOf("../grants.sql"));
    });
  } finally {
    await dropCheck(sql, address, { firstDay, lockTimeout });
  }
}

/** What a partition must say, and a check that spares looking at each row while writers wait. Neither keeps writers out. */
async function validateChecks(
  sql: postgres.Sql,
  once: (work: Work) => Promise<void>,
  firstDay: string,
): Promise<void> {
  await once(async (sql) => {
    await sql`alter table events drop constraint if exists events_stored_before`;
    await sql.unsafe(
      `alter table events add constraint events_stored_before check (stored_at < '${
        new Date(firstDay).toISOString()
      }') not valid`,
    );
  });
  const checks = await sql<{ name: string }[]>`
    select conname as name from pg_constraint
    where conrelid = 'events'::regclass and not convalidated`;
  for (const { name } of checks) {
    await sql`alter table events validate constraint ${sql(name)}`;
  }
}

/**
 * Else rows of after that day would be refused. Of what is partitioned it is gone, and it may be left from a try before.
 *
 * @throws {StartError} if the table is in use for too long
 */
async function dropCheck(
  sql: postgres.Sql,
  address: DatabaseAddress,
  { firstDay, lockTimeout }: { firstDay: string; lockTimeout: string },
): Promise<void> {
  const [row] = await sql<{ isThere: boolean }[]>`
    select exists (
      select from pg_constraint where conrelid = 'events'::regclass and conname = 'events_stored_before'
    ) as "isThere"`;
  if (!row?.isThere) return;
  try {
    await withinLocks(sql, async (sql) => {
      await sql`alter table events drop constraint events_stored_before`;
    }, { lockTimeout });
  } catch (cause) {
    throw new StartError(
      `Cannot partition events of database ${placeOf(address)} by day (${
        describeError(cause)
      }), and its check events_stored_before could not be taken away, so that events are refused from ${
        firstDay.slice(0, 10)
      } on: let long queries and backups end, and run this again before that day.`,
      { cause },
    );
  }
}

/** A step of the move. What was done stays done, if it gives up. */
async function oneStep(
  sql: postgres.Sql,
  address: DatabaseAddress,
  lockTimeout: string,
  work: Work,
): Promise<void> {
  try {
    await withinLocks(sql, work, { lockTimeout });
  } catch (cause) {
    throw new StartError(
      `Cannot partition events of database ${placeOf(address)} by day (${
        describeError(cause)
      }): let long queries and backups end, and run this again. It goes on where it was, and persistence may go on.`,
      { cause },
    );
  }
}

/** What hangs on the table itself, and would go on to ask the first partition alone. */
async function requireMovable(
  sql: postgres.Sql,
  address: DatabaseAddress,
): Promise<void> {
  const [row] = await sql<{ others: string | null; isAdopting: boolean }[]>`
    select
      (
        select string_agg(distinct what, ', ') from (
          select 'view ' || ev_class::regclass::text as what
          from pg_depend join pg_rewrite on pg_rewrite.oid = objid
          where classid = 'pg_rewrite'::regclass and refobjid = 'events'::regclass
            and ev_class <> 'payment_states'::regclass
          union all
          select 'function ' || proname from pg_depend join pg_proc on pg_proc.oid = objid
          where classid = 'pg_proc'::regclass and refobjid in (
              select reltype from pg_class where oid = 'events'::regclass
              union all
              select typarray from pg_class join pg_type on pg_type.oid = reltype where pg_class.oid = 'events'::regclass
            )
            and proname not in ('payment_after', 'supersede_events')
          union all
          select 'foreign key of ' || conrelid::regclass::text from pg_constraint
          where confrelid = 'events'::regclass
        ) as found
      ) as others,
      to_regclass('public.earlier_events') is not null as "isAdopting"`;
  if (row?.isAdopting) {
    const [adoption] = await sql<{ isFinished: boolean }[]>`
      select finished_at is not null as "isFinished" from earlier_events_adoption`;
    if (!adoption?.isFinished) {
      throw new StartError(
        "The earlier service's table is being adopted: run `deno task migrate --adopt` to its end, and then this. Nothing was changed.",
        { exitCode: exitCodes.config },
      );
    }
  }
  if (!row?.others) return;
  throw new StartError(
    `In database ${
      placeOf(address)
    } something else hangs on the table events (${row.others}), and would see rows of before alone: drop it, run this again, and make it anew. Nothing was changed.`,
    { exitCode: exitCodes.config },
  );
}

/** The promise itself, asked of the tables. */
async function requireAllKeys(
  sql: postgres.Sql,
  address: DatabaseAddress,
): Promise<void> {
  const [row] = await sql<{ missing: number }[]>`
    select count(*)::double precision as missing from events
    where not exists (select from event_keys where event_keys.event_id = events.event_id)`;
  if (row?.missing === 0) return;
  throw new StartError(
    `In database ${
      placeOf(address)
    } ${row?.missing} events have no key, as if a trigger of events was disabled meanwhile: enable those named keep_keys_of_…, \`update event_keys_fill set next_block = 0, finished_at = null\`, and run this again.`,
  );
}

/** The beginning of a day in UTC. */
function daysFromNow(days: number): string {
  const day = new Date();
  day.setUTCHours(0, 0, 0, 0);
  day.setUTCDate(day.getUTCDate() + days);
  return day.toISOString();
}
