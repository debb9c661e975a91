/**
 * The tables that events are stored in: empty ones, and one that is full already.
 *
 * @module
 */
import type postgres from "postgres";
import { sleep } from "#runtime/backoff.ts";
import { repositoryRoot } from "#local/home.ts";
import type { Bench } from "./bench.ts";
import type { FreshDatabase } from "#kit/fresh_database.ts";
import { migratedDatabase } from "./migrated_database.ts";
import { FILLED, fillTable } from "./baselines/copy.ts";

export type EventsDatabase = Pick<FreshDatabase, "url" | "sql">;

export type EventsTable = {
  /** The circumstances of a measurement in it. */
  readonly at: string;
  /**
   * Has `work` add rows to the table `events`, and takes them away again.
   *
   * @throws {Error} if it has not added as many
   */
  use<T>(
    work: (database: EventsDatabase) => Promise<T>,
    rows: { readonly least: number; readonly most: number },
  ): Promise<T>;
};

const CANCEL_EVERY_MS = 100;

type Place = Pick<Bench, "ports" | "env">;

/** As this checkout has it: further migrations do no harm to an older worker. */
const migrated = { root: repositoryRoot };

/** A new one each time it is used. */
export function emptyTable(place: Place): EventsTable {
  return {
    at: "into an empty table",
    async use(work, rows) {
      await using database = await migratedDatabase(place, migrated);
      const { sql } = database;
      await sql`checkpoint`;
      const value = await work(database);
      const [row] = await sql<{ count: number }[]>`
        select count(*)::int as count from events`;
      requireRows(row?.count ?? 0, rows);
      return value;
    },
  };
}

/**
 * One that is filled once; dropped when it is disposed of.
 *
 * @throws the reason of `stopping` when that is aborted, without waiting until it is full
 */
export async function fullTable(
  place: Place & Pick<Bench, "stopping">,
  rows: number,
): Promise<EventsTable & AsyncDisposable> {
  await using unfinished = new AsyncDisposableStack();
  const database = unfinished.use(await migratedDatabase(place, migrated));
  const { sql } = database;
  await untilAborted(fillEvents(sql, rows), { ...place, database });
  const finished = unfinished.move();
  return {
    at: `into ${rows.toLocaleString("en")} rows`,
    async use(work, rows) {
      // What the others have left to write to the disk is not to fall to this one.
      await sql`checkpoint`;
      const value = await work(database);
      // All that sorts before is an event's of the load; so asked, the index finds it.
      const { count } = await sql`
        delete from events where event_id < 'filled_'`;
      requireRows(count, rows);
      await sql`delete from payments where source_topic <> ${FILLED}`;
      // Those that were there before as they were before.
      await sql`
        select apply_to_payments(array_agg(payment_after(event))) from events as event
        where not exists (
          select from payments where payments.payment_id = event.payment_id
        )`;
      await sql`vacuum events, payments`;
      return value;
    },
    [Symbol.asyncDispose]: () => finished.disposeAsync(),
  };
}

/**
 * Waits for statements, or cancels them when it is told to stop: a connection that is closed amid one breaks
 * if nobody can catch it.
 */
async function untilAborted(
  statements: Promise<void>,
  { stopping, database }: {
    readonly stopping: AbortSignal;
    readonly database: FreshDatabase;
  },
): Promise<void> {
  const over = new AbortController();
  statements.catch(() => {}).then(() => over.abort());
  try {
    await Promise.race([statements, aborted(stopping)]);
  } finally {
    while (stopping.aborted && !over.signal.aborted) {
      await database.cancel();
      await sleep(CANCEL_EVERY_MS, over.signal);
    }
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => reject(signal.reason);
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
  });
}

function requireRows(
  rows: number,
  { least, most }: { readonly least: number; readonly most: number },
): void {
  if (rows < least || rows > most) {
    throw new Error(
      `There must be from ${least} to ${most} new rows: current value ${rows}`,
    );
  }
}

/**
 * Puts rows into the empty table `events`, and what follows from them into `payments`. The indexes are made anew behind
 * them, and `payments` is filled at once, which takes a fraction of the time that it would take row by row.
 */
export async function fillEvents(
  sql: postgres.Sql,
  rows: number,
): Promise<void> {
  const one = await sql.reserve();
  try {
    await one`set maintenance_work_mem = '512MB'`;
    const keys = await one<{ name: string; definition: string }[]>`
      select conname as name, pg_get_constraintdef(oid) as definition
      from pg_constraint where conrelid = 'events'::regclass and contype in ('p', 'u')`;
    for (const { name } of keys) {
      await one`alter table events drop constraint ${one(name)}`;
    }
    const indexes = await one<{ name: string; definition: string }[]>`
      select indexname as name, indexdef as definition
      from pg_indexes where tablename = 'events'`;
    for (const { name } of indexes) await one`drop index ${one(name)}`;
    await one`alter table events disable trigger keep_payments`;
    await fillTable(one, "events", rows);
    await one`alter table events enable trigger keep_payments`;
    await one`
      insert into payments
      select distinct on (payment_id) (payment_after(event)).* from events as event
      order by payment_id, source_offset desc`;
    await one`vacuum (analyze) payments`;
    for (const { name, definition } of keys) {
      await one`
        alter table events add constraint ${one(name)} ${
        one.unsafe(definition)
      }`;
    }
    for (const { definition } of indexes) await one.unsafe(definition);
  } finally {
    one.release();
  }
}
