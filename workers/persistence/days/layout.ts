import postgres from "postgres";
import type { Database } from "#runtime/postgres/database.ts";

/** How the table `events` is laid out: as one table, or with a partition for each day and its keys apart. */
export type Layout = "whole" | "by day";

/** SQLSTATE, PostgreSQL documentation, appendix A: `on conflict (event_id)` where there is no such key. */
const INVALID_COLUMN_REFERENCE = "42P10";

type Asked = Pick<Database, "use">;

const known = new WeakMap<Asked, Layout>();

/**
 * Does work that depends on the layout, and does it once more if the layout has changed meanwhile. It only ever goes from whole to by
 * day, and a statement that is meant for a whole table is refused then, before it has done anything.
 */
export function inLayout<T>(
  database: Asked,
  work: (sql: postgres.Sql, layout: Layout) => Promise<T>,
): Promise<T> {
  return database.use(async (sql) => {
    const layout = known.get(database) ?? await layoutOf(sql);
    known.set(database, layout);
    try {
      return await work(sql, layout);
    } catch (error) {
      if (!isOfAnotherLayout(error) || layout === "by day") throw error;
      known.set(database, "by day");
      return await work(sql, "by day");
    }
  });
}

/** Asks the catalogue. By hash, as in a distributed PostgreSQL, `event_id` is unique by itself, as in a whole table. */
export async function layoutOf(sql: postgres.ISql): Promise<Layout> {
  const [row] = await sql<{ isByDay: boolean }[]>`
    select exists (
      select from pg_partitioned_table where partrelid = to_regclass('public.events') and partstrat = 'r'
    ) as "isByDay"`;
  return row?.isByDay ? "by day" : "whole";
}

function isOfAnotherLayout(error: unknown): boolean {
  return error instanceof postgres.PostgresError &&
    error.code === INVALID_COLUMN_REFERENCE;
}
