import type postgres from "postgres";

/** What the name `events` stands for in a database. */
export type EventsTable =
  | { readonly kind: "none" | "ours" }
  | { readonly kind: "earlier"; readonly owner: string }
  /** Neither: somebody's own. */
  | { readonly kind: "foreign"; readonly owner: string };

type Look = {
  owner: string;
  kind: string;
  columns: string;
  payload: string | null;
  isUnique: boolean;
};

/** The earlier table's columns, by name. Those of a team's own that it was given do no harm. */
const earlierColumns = [
  "event_id",
  "event_type",
  "source",
  "event_timestamp",
  "payload",
  "stored_at",
];
const ownColumns = ["payment_id", "amount", "source_topic"];

/**
 * Tells the earlier service's table from ours by what Hibernate makes of a `@Lob` text and we never had: a payload of
 * type `oid`. It must also have what adopting goes by: the columns, and an `event_id` that is there once.
 */
export async function eventsTableOf(sql: postgres.ISql): Promise<EventsTable> {
  const [look] = await sql<Look[]>`
    select
      relowner::regrole::text as owner, relkind::text as kind,
      (
        select string_agg(attname, ',') from pg_attribute
        where attrelid = pg_class.oid and attnum > 0 and not attisdropped
      ) as columns,
      (
        select atttypid::regtype::text from pg_attribute
        where attrelid = pg_class.oid and attname = 'payload' and not attisdropped
      ) as payload,
      exists (
        select from pg_index join pg_attribute on attrelid = indrelid and attnum = indkey[0]
        where indrelid = pg_class.oid and indisunique and indnkeyatts = 1
          and indpred is null and attname = 'event_id' and attnotnull
      ) as "isUnique"
    from pg_class where oid = to_regclass('public.events')`;
  if (look === undefined) return { kind: "none" };
  const { owner, kind, payload, isUnique } = look;
  const columns = new Set(look.columns.split(","));
  const hasAll = (names: readonly string[]) =>
    names.every((name) => columns.has(name));
  // Ours may be partitioned by day.
  if (!["r", "p"].includes(kind) || !hasAll(earlierColumns)) {
    return { kind: "foreign", owner };
  }
  if (payload === "jsonb" && hasAll(ownColumns)) return { kind: "ours" };
  return payload === "oid" && isUnique && !hasAll(ownColumns)
    ? { kind: "earlier", owner }
    : { kind: "foreign", owner };
}
