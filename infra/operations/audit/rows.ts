import postgres from "postgres";
import { connectionTo, whyUntrusted } from "#runtime/database_connection.ts";
import type { DatabaseAddress } from "#runtime/database_settings.ts";
import { describeError } from "#runtime/errors.ts";
import type { RecordCoordinates } from "#kafka/record_coordinates.ts";
import { StartError } from "#runtime/lifecycle.ts";
import type { PartitionWindow } from "./snapshot.ts";

/** Where a row came from. */
export type RowSource = RecordCoordinates & {
  readonly eventId: string;
  /** Whether a fact of a higher mapping version stands in its place now. */
  readonly isSuperseded: boolean;
};

/** The row of a record's `event_id`, compared with the record. */
export type StoredRow = {
  /** `undefined` if the row was adopted from the service before EventFlow. */
  readonly source: RecordCoordinates | undefined;
  /** Of the mapping that made it; absent if none did. */
  readonly mappingVersion?: number | undefined;
  /** Names of what the row has otherwise: columns, or keys of the event. */
  readonly differsIn: readonly string[];
};

/** Rows that no record made: `deno task migrate --adopt` has, of the table of the service before EventFlow. */
export type AdoptedRows = {
  readonly count: number;
  /** Whether the earlier table is there to be held against; else whoever removed it said that it is not needed. */
  readonly isCheckable: boolean;
  /** `event_id`s of rows that say they were adopted, and that the earlier table does not have. */
  readonly strangers: readonly string[];
};

/** What the audit asks of the table of events. */
export type Rows = {
  /**
   * Rows that came from within the windows of a topic, also those that were superseded; and those from no place there, of its
   * time.
   */
  sources(
    topic: string,
    windows: readonly PartitionWindow[],
    time: { sinceMs?: number | undefined; untilMs?: number | undefined },
  ): AsyncIterable<RowSource>;
  /** By index, the row of each event's id, compared; `undefined` if there is none. */
  compare(events: readonly string[]): Promise<(StoredRow | undefined)[]>;
  /** The `event_id`s of the rows that came from a record. */
  eventIdsFrom(coordinates: RecordCoordinates): Promise<string[]>;
  adopted(): Promise<AdoptedRows>;
};

const ROWS_AT_ONCE = 5_000;
const END_OF_TIME_MS = Date.UTC(9999, 0);

const comparedKeys = [
  "event_type",
  "source",
  "timestamp",
  "payload",
  "payment_id",
  "amount",
  "currency",
] as const;

type SourceColumns = {
  source_topic: string;
  source_partition: number;
  source_offset: string;
};

type Compared =
  & Record<typeof comparedKeys[number], boolean>
  & (SourceColumns | Record<keyof SourceColumns, null>)
  & { position: number; mapping_version: number | null };

/** Connects to the database, to read and nothing else. */
export function openRows(
  address: DatabaseAddress,
): Rows & AsyncDisposable {
  const sql = postgres({
    ...connectionTo(address),
    max: 2,
    connect_timeout: 5,
    fetch_types: false,
    onnotice: () => {},
    connection: {
      application_name: "eventflow-audit",
      search_path: "public",
      // The whole table is read with one statement, which may take its time.
      statement_timeout: 0,
      default_transaction_read_only: true,
      TimeZone: "UTC",
    },
  });
  const asking = async <T>(ask: () => Promise<T>): Promise<T> => {
    try {
      return await ask();
    } catch (cause) {
      if (isOfTheValue(cause)) throw cause;
      const { database, host, port } = address;
      const why = await whyUntrusted(address) ?? describeError(cause);
      throw new StartError(
        `Cannot read the rows in database ${database} at ${host}:${port} (${why}): start it, or correct EVENTFLOW_DB_URL.`,
        { cause },
      );
    }
  };
  return {
    async *sources(topic, windows, { sinceMs, untilMs }) {
      const from = windows.map(({ partition, from }) =>
        sql`or (source_partition = ${partition} and source_offset >= ${from})`
      );
      const cursor = sql<(SourceColumns & Of)[]>`
        select source_topic, source_partition, source_offset, event_id, is_superseded
        from (${tellings(sql)}) as telling
        where (
          source_topic = ${topic}
          and (source_partition < 0 or source_partition >= ${windows.length} ${from})
        ) or (
          source_topic <> ${topic}
          and stored_at >= ${new Date(sinceMs ?? 0)}
          and stored_at < ${new Date(untilMs ?? END_OF_TIME_MS)}
        )`.cursor(ROWS_AT_ONCE)[Symbol.asyncIterator]();
      try {
        for (;;) {
          const rows = await asking(() => cursor.next());
          if (rows.done) return;
          for (const { event_id, is_superseded, ...row } of rows.value) {
            const of = { eventId: event_id, isSuperseded: is_superseded };
            yield { ...sourceOf(row), ...of };
          }
        }
      } finally {
        await cursor.return?.();
      }
    },

    compare: (events) =>
      asking(async () => {
        const stored: (StoredRow | undefined)[] = events.map(() => undefined);
        for (const row of await compareAll(sql, events)) {
          stored[row.position] = {
            source: row.source_topic === null ? undefined : sourceOf(row),
            mappingVersion: row.mapping_version ?? undefined,
            differsIn: comparedKeys.filter((key) => !row[key]),
          };
        }
        return stored;
      }),

    eventIdsFrom: ({ topic, partition, offset }) =>
      asking(async () => {
        const rows = await sql<{ event_id: string }[]>`
          select event_id from (${tellings(sql)}) as telling
          where source_topic = ${topic} and source_partition = ${partition}
            and source_offset = ${offset}`;
        return rows.map((row) => row.event_id);
      }),

    adopted: () => asking(() => adoptedRows(sql)),

    async [Symbol.asyncDispose]() {
      await sql.end({ timeout: 1 });
    },
  };
}

type Of = { event_id: string; is_superseded: boolean };

/** Rows of events, and of what was superseded. */
function tellings(sql: postgres.Sql) {
  return sql`
    select source_topic, source_partition, source_offset, stored_at, event_id, false as is_superseded from events
    union all
    select source_topic, source_partition, source_offset, stored_at, event_id, true from superseded_events`;
}

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

/**
 * Compares in the database, where an amount keeps every digit and payloads are equal as JSON is,
 * whatever their white space and the order of their keys. An event that PostgreSQL cannot read can be
 * in no row: it is left out, found by halving.
 */
async function compareAll(
  sql: postgres.Sql,
  events: readonly string[],
  first = 0,
): Promise<Compared[]> {
  try {
    return await compareAtOnce(sql, events, first);
  } catch (error) {
    if (!isOfTheValue(error)) throw error;
    if (events.length === 1) return [];
    const half = events.length >> 1;
    return [
      ...await compareAll(sql, events.slice(0, half), first),
      ...await compareAll(sql, events.slice(half), first + half),
    ];
  }
}

function compareAtOnce(
  sql: postgres.Sql,
  events: readonly string[],
  first: number,
): Promise<Compared[]> {
  const given = events.map((body, n) => ({ position: first + n, body }));
  return sql<Compared[]>`
    with incoming as materialized (
      select position, body::jsonb as event
      from jsonb_to_recordset(${
    sql.json(given)
  }) as given (position integer, body text)
    )
    select
      position, stored.source_topic, stored.source_partition, stored.source_offset, stored.mapping_version,
      stored.event_type is not distinct from event->>'event_type' as event_type,
      stored.source is not distinct from event->>'source' as source,
      stored.event_timestamp is not distinct from (event->>'timestamp')::timestamptz as timestamp,
      -- The service before EventFlow kept five keys of a payload.
      case when stored.adopted_at is null then stored.payload is not distinct from event->'payload'
        else stored.payload <@ (event->'payload') end as payload,
      stored.payment_id is not distinct from event#>>'{payload,payment_id}' as payment_id,
      stored.amount is not distinct from (event#>>'{payload,amount}')::numeric as amount,
      stored.currency is not distinct from event#>>'{payload,currency}' as currency
    from incoming join events as stored on stored.event_id = event->>'event_id'`;
}

function sourceOf(row: SourceColumns): RecordCoordinates {
  return {
    topic: row.source_topic,
    partition: row.source_partition,
    offset: Number(row.source_offset),
  };
}

/** 22 data exception, 54 program limit exceeded: PostgreSQL documentation, appendix A. */
function isOfTheValue(error: unknown): boolean {
  return error instanceof postgres.PostgresError && /^(22|54)/.test(error.code);
}
