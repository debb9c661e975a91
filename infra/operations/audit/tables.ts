/**
 * The tables that are held against topics: what is asked of each in its own words.
 *
 * @module
 */
import type postgres from "postgres";

/** Rows that no record made: `deno task migrate --adopt` has, of the table of the service before EventFlow. */
export type AdoptedRows = {
  readonly count: number;
  /** Whether the earlier table is there to be held against; else whoever removed it said that it is not needed. */
  readonly isCheckable: boolean;
  /** `event_id`s of rows that say they were adopted, and that the earlier table does not have. */
  readonly strangers: readonly string[];
};

/** The names of the tables. */
export type RowTable = "events" | "enriched_events";

export type Table = {
  readonly name: RowTable;
  /** All rows there are or were: their source, `stored_at`, `event_id`, and whether each is superseded. */
  tellings(sql: postgres.Sql): postgres.PendingQuery<postgres.Row[]>;
  /** Of a row `stored` and an `event`, for each thing compared its name if it differs, else null; with commas between them. */
  differences(sql: postgres.Sql): postgres.PendingQuery<postgres.Row[]>;
  adopted(sql: postgres.Sql): Promise<AdoptedRows>;
  /** How rows are accounted for that were dropped on purpose; absent of a table of which none are. */
  readonly dropped?: {
    areThere(sql: postgres.Sql): Promise<boolean>;
    /** Of each `incoming` event whose row was dropped: `position`, and the `day`, `mapping_version` and `is_same` of its key. */
    keys(sql: postgres.Sql): postgres.PendingQuery<postgres.Row[]>;
  };
};

export const tables: Readonly<Record<RowTable, Table>> = {
  events: {
    name: "events",
    tellings: (sql) =>
      sql`
      select source_topic, source_partition, source_offset, stored_at, event_id, false as is_superseded from events
      union all
      select source_topic, source_partition, source_offset, stored_at, event_id, true from superseded_events`,
    differences: (sql) =>
      sql`
      case when stored.event_type is distinct from event->>'event_type' then 'event_type' end,
      case when stored.source is distinct from event->>'source' then 'source' end,
      case when stored.event_timestamp is distinct from (event->>'timestamp')::timestamptz then 'timestamp' end,
      -- The service before EventFlow kept five keys of a payload.
      case when not case when stored.adopted_at is null then stored.payload is not distinct from event->'payload'
        else stored.payload <@ (event->'payload') end then 'payload' end,
      case when stored.payment_id is distinct from event#>>'{payload,payment_id}' then 'payment_id' end,
      case when stored.amount is distinct from (event#>>'{payload,amount}')::numeric then 'amount' end,
      case when stored.currency is distinct from event#>>'{payload,currency}' then 'currency' end`,
    adopted: adoptedRows,
    dropped: { areThere: areDaysDropped, keys: keysOfDropped },
  },
  // What was superseded is in the topic alone: the row that took its place accounts for it.
  enriched_events: {
    name: "enriched_events",
    tellings: (sql) =>
      sql`
      select source_topic, source_partition, source_offset, stored_at, event_id, false as is_superseded
      from enriched_events`,
    differences: (sql) =>
      sql`
      case when stored.event_type is distinct from event->>'event_type' then 'event_type' end,
      case when stored.source is distinct from event->>'source' then 'source' end,
      case when stored.event_timestamp is distinct from (event->>'timestamp')::timestamptz then 'timestamp' end,
      case when stored.payment_id is distinct from event#>>'{payload,payment_id}' then 'payment_id' end,
      case when stored.risk_score is distinct from (event#>>'{payload,risk_score}')::double precision
        then 'risk_score' end,
      case when stored.band is distinct from event#>>'{enrichment,band}' then 'band' end,
      case when to_jsonb(stored.degraded) is distinct from coalesce(event#>'{enrichment,degraded}', '[]')
        then 'degraded' end,
      case when stored.model_id is distinct from event#>>'{enrichment,model,id}' then 'model_id' end,
      case when stored.model_sha256 is distinct from event#>>'{enrichment,model,sha256}' then 'model_sha256' end,
      case when stored.features_sha256 is distinct from event#>>'{enrichment,features_sha256}'
        then 'features_sha256' end,
      case when stored.enrichment is distinct from event->'enrichment' then 'enrichment' end`,
    adopted: () =>
      Promise.resolve({ count: 0, isCheckable: true, strangers: [] }),
  },
};

/** Persistence could say of a row that it was adopted; into the earlier table it cannot write. */
async function adoptedRows(sql: postgres.Sql): Promise<AdoptedRows> {
  const [row] = await sql<{ count: number; isCheckable: boolean }[]>`
    select count(*)::double precision as count,
      to_regclass('public.earlier_events') is not null as "isCheckable"
    from events where adopted_at is not null`;
  const { count = 0, isCheckable = false } = row ?? {};
  if (count === 0 || !isCheckable) {
    return { count, isCheckable, strangers: [] };
  }
  const strangers = await sql<{ event_id: string }[]>`
    select event_id from events
    where adopted_at is not null
      and not exists (select from earlier_events where earlier_events.event_id = events.event_id)`;
  return {
    count,
    isCheckable,
    strangers: strangers.map(({ event_id }) => event_id),
  };
}

/** Only a table of days has any, and keys by which they can be compared. */
async function areDaysDropped(sql: postgres.Sql): Promise<boolean> {
  const [row] = await sql<{ isThere: boolean }[]>`
    select to_regclass('public.event_keys') is not null as "isThere"`;
  return row?.isThere ?? false;
}

/**
 * A key whose row is gone, and whose day was not dropped by `deno task days`, accounts for nothing: the row is missing. Compared as
 * the row was, mapped or not; the key of an adopted row does not tell.
 */
function keysOfDropped(sql: postgres.Sql) {
  return sql`
    select
      position,
      to_char(key.stored_at at time zone 'UTC', 'YYYY-MM-DD') as day,
      key.mapping_version,
      key.digest = event_digest(
        event->>'event_type', event->>'source', (event->>'timestamp')::timestamptz, event->'payload',
        event#>>'{payload,payment_id}', (event#>>'{payload,amount}')::numeric, event#>>'{payload,currency}',
        key.mapping_version
      ) as is_same
    from incoming join event_keys as key on key.event_id = event->>'event_id'
    where exists (
      select from event_days_dropped
      where key.stored_at >= stored_from and key.stored_at < stored_before
    )`;
}
