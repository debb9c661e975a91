import type postgres from "postgres";
import { StartError } from "#runtime/lifecycle.ts";
import { exitCodes } from "#runtime/errors.ts";
import { withinLocks, type Work } from "./within_locks.ts";

/** A partition of the table `events`. */
export type Day = {
  readonly table: string;
  /** `2026-01-31`, in UTC; null of the rows of before, and of the default partition. */
  readonly from: string | null;
  /** The day behind the last; null of the default partition. */
  readonly to: string | null;
  /** As PostgreSQL estimates it; -1 if it never has. */
  readonly rows: number;
  readonly bytes: number;
};

/** The partitions, the default one last. */
export function daysOf(sql: postgres.ISql): Promise<Day[]> {
  return sql<Day[]>`
    select
      relname as table,
      to_char(substring(bound from 'FROM \\(''([^'']+)''\\)')::timestamptz at time zone 'UTC', 'YYYY-MM-DD') as from,
      to_char(substring(bound from 'TO \\(''([^'']+)''\\)')::timestamptz at time zone 'UTC', 'YYYY-MM-DD') as to,
      reltuples::double precision as rows,
      pg_total_relation_size(oid)::double precision as bytes
    from (
      select oid, relname, reltuples, pg_get_expr(relpartbound, oid) as bound
      from pg_class where oid in (select inhrelid from pg_inherits where inhparent = 'events'::regclass)
    ) as partitions
    order by 3 nulls last`;
}

/**
 * Which partitions are older than a number of whole days, and of these none that has a row of a day that is kept.
 *
 * @param today in UTC, as `2026-01-31`
 */
export function olderThan(
  days: readonly Day[],
  { keepDays, today }: { keepDays: number; today: string },
): Day[] {
  const kept = new Date(`${today}T00:00:00Z`);
  kept.setUTCDate(kept.getUTCDate() - keepDays);
  const first = kept.toISOString().slice(0, 10);
  return days.filter(({ to }) => to !== null && to <= first);
}

/**
 * Takes a partition away with its rows; their keys stay, and in `event_days_dropped` what was dropped. Who reads or stores waits for
 * milliseconds.
 *
 * @param keepTable whether it stays as a table of its own, which nobody asks
 * @throws {StartError} if the table is in use for too long
 */
export async function dropDay(
  sql: postgres.Sql,
  { table }: Pick<Day, "table">,
  { keepTable }: { keepTable: boolean },
): Promise<void> {
  await inTime(sql, `drop ${table}`, async (sql) => {
    await sql`
      insert into event_days_dropped (name, stored_from, stored_before)
      select
        relname,
        coalesce(substring(bound from 'FROM \\(''([^'']+)''\\)')::timestamptz, '-infinity'),
        substring(bound from 'TO \\(''([^'']+)''\\)')::timestamptz
      from (
        select relname, pg_get_expr(relpartbound, oid) as bound from pg_class where oid = ${table}::regclass
      ) as partition`;
    await sql`alter table events detach partition ${sql(table)}`;
    if (!keepTable) await sql`drop table ${sql(table)}`;
  });
}

/**
 * Makes the days ahead that are missing, and before them those of which rows went to the default partition, as nobody had made them.
 *
 * @returns how many were made, and how many rows were moved
 * @throws {StartError} if the table is in use for too long
 */
export async function makeDays(
  sql: postgres.Sql,
): Promise<{ made: number; moved: number }> {
  let moved = 0;
  await inTime(sql, "make days", async (sql) => {
    await sql`select pg_advisory_xact_lock(hashtext('eventflow days'))`;
    await sql`lock table events_rest in access exclusive mode`;
    // Past the partitions alone: whatever went by them is moved to its day by being stored anew, and its key stays what it is.
    const days = await sql<{ day: string }[]>`
      select distinct to_char(stored_at at time zone 'UTC', 'YYYY-MM-DD') as day from events_rest order by 1`;
    for (const { day } of days) {
      const [from, to] = [`${day}T00:00:00Z`, dayAfter(day)];
      const [row] = await sql<{ table: string }[]>`
        select make_event_day(${day}::date) as table`;
      if (row === undefined) continue;
      const { table } = row;
      await sql`
        insert into ${sql(table)} select * from events_rest
        where stored_at >= ${from}::timestamptz and stored_at < ${to}::timestamptz`;
      const { count } = await sql`
        delete from events_rest where stored_at >= ${from}::timestamptz and stored_at < ${to}::timestamptz`;
      moved += count;
      await sql.unsafe(
        `alter table events attach partition ${table} for values from ('${from}') to ('${to}')`,
      );
    }
  });
  const [row] = await sql<{ made: number }[]>`select make_event_days() as made`;
  return { made: row?.made ?? 0, moved };
}

/** The instant at which the next day begins. */
function dayAfter(day: string): string {
  const next = new Date(`${day}T00:00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return next.toISOString();
}

async function inTime(
  sql: postgres.Sql,
  what: string,
  work: Work,
): Promise<void> {
  try {
    await withinLocks(sql, work);
  } catch (cause) {
    const isLocked = cause instanceof Error && "code" in cause &&
      cause.code === "55P03";
    if (!isLocked) throw cause;
    throw new StartError(
      `Cannot ${what} of the table events, which is in use, as by a long query or a backup: let that end, and run this again. This was not done.`,
      { cause, exitCode: exitCodes.config },
    );
  }
}
