import postgres from "postgres";
import { connectionTo, whyUntrusted } from "#runtime/database_connection.ts";
import type { DatabaseAddress } from "#runtime/database_settings.ts";
import { describeError } from "#runtime/errors.ts";
import type { RecordCoordinates } from "#kafka/record_coordinates.ts";
import { StartError } from "#runtime/lifecycle.ts";
import type { PartitionWindow } from "./snapshot.ts";
import {
  type AdoptedRows,
  type RowTable,
  type Table,
  tables,
} from "./tables.ts";

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

/** What the key of a record's `event_id` says, whose row was dropped with its day. */
export type DroppedRow = {
  /** When the row was stored, as `2026-01-31`, in UTC. */
  readonly droppedDay: string;
  /** Of the mapping that made it; absent if none did. */
  readonly mappingVersion?: number | undefined;
  /** Whether the record says what the row did; `undefined` if the key does not tell. */
  readonly isSame: boolean | undefined;
};

export type Tables = Readonly<Record<RowTable, Rows>>;

/** What the audit asks of a table. */
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
  /** By index, the row of each event's id, compared, or the key of one that was dropped; `undefined` if there is neither. */
  compare(
    events: readonly string[],
  ): Promise<(StoredRow | DroppedRow | undefined)[]>;
  /** The `event_id`s of the rows that came from a record. */
  eventIdsFrom(coordinates: RecordCoordinates): Promise<string[]>;
  adopted(): Promise<AdoptedRows>;
};

const ROWS_AT_ONCE = 5_000;
const END_OF_TIME_MS = Date.UTC(9999, 0);

type SourceColumns = {
  source_topic: string;
  source_partition: number;
  source_offset: string;
};

type Compared =
  & (SourceColumns | Record<keyof SourceColumns, null>)
  & {
    position: number;
    mapping_version: number | null;
    /** Names of what differs, with a comma between them; null if nothing does. */
    differs_in: string | null;
  };

type Dropped = {
  position: number;
  day: string;
  mapping_version: number | null;
  is_same: boolean | null;
};

/** Connects to the database, to read and nothing else. */
export function openRows(
  address: DatabaseAddress,
): Tables & AsyncDisposable {
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
  const rowsOf = (table: Table): Rows => ({
    async *sources(topic, windows, { sinceMs, untilMs }) {
      const from = windows.map(({ partition, from }) =>
        sql`or (source_partition = ${partition} and source_offset >= ${from})`
      );
      const cursor = sql<(SourceColumns & Of)[]>`
        select source_topic, source_partition, source_offset, event_id, is_superseded
        from (${table.tellings(sql)}) as telling
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
        const stored: (StoredRow | DroppedRow | undefined)[] = events.map(() =>
          undefined
        );
        const incoming = events.map((body, position) => ({ position, body }));
        const rows = await readable(
          incoming,
          (some) => compareAtOnce({ sql, table }, some),
        );
        for (const row of rows) {
          stored[row.position] = {
            source: row.source_topic === null ? undefined : sourceOf(row),
            mappingVersion: row.mapping_version ?? undefined,
            differsIn: row.differs_in?.split(",") ?? [],
          };
        }
        const { dropped } = table;
        const missing = incoming.filter(({ position }) =>
          stored[position] === undefined
        );
        if (dropped === undefined || missing.length === 0) return stored;
        if (!await dropped.areThere(sql)) return stored;
        const keys = await readable(
          missing,
          (some) =>
            sql<Dropped[]>`
            with incoming as materialized (${eventsIn(sql, some)})
            ${dropped.keys(sql)}`,
        );
        for (const { position, day, mapping_version, is_same } of keys) {
          stored[position] = {
            droppedDay: day,
            mappingVersion: mapping_version ?? undefined,
            isSame: is_same ?? undefined,
          };
        }
        return stored;
      }),

    eventIdsFrom: ({ topic, partition, offset }) =>
      asking(async () => {
        const rows = await sql<{ event_id: string }[]>`
          select event_id from (${table.tellings(sql)}) as telling
          where source_topic = ${topic} and source_partition = ${partition}
            and source_offset = ${offset}`;
        return rows.map((row) => row.event_id);
      }),

    adopted: () => asking(() => table.adopted(sql)),
  });
  return {
    events: rowsOf(tables.events),
    enriched_events: rowsOf(tables.enriched_events),
    async [Symbol.asyncDispose]() {
      await sql.end({ timeout: 1 });
    },
  };
}

type Of = { event_id: string; is_superseded: boolean };

/** An event and its index among those that are asked for. */
type Incoming = { readonly position: number; readonly body: string };

/**
 * Asks for events at once. One that PostgreSQL cannot read can be in no row: it is left out, found by halving.
 */
async function readable<T>(
  events: readonly Incoming[],
  ask: (events: readonly Incoming[]) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  try {
    return await ask(events);
  } catch (error) {
    if (!isOfTheValue(error)) throw error;
    if (events.length === 1) return [];
    const half = events.length >> 1;
    return [
      ...await readable(events.slice(0, half), ask),
      ...await readable(events.slice(half), ask),
    ];
  }
}

/**
 * Compares in the database, where an amount keeps every digit and payloads are equal as JSON is,
 * whatever their white space and the order of their keys.
 */
function compareAtOnce(
  { sql, table }: { readonly sql: postgres.Sql; readonly table: Table },
  events: readonly Incoming[],
): Promise<Compared[]> {
  return sql<Compared[]>`
    with incoming as materialized (${eventsIn(sql, events)})
    select
      position, stored.source_topic, stored.source_partition, stored.source_offset, stored.mapping_version,
      nullif(concat_ws(',', ${table.differences(sql)}), '') as differs_in
    from incoming join ${
    sql(table.name)
  } as stored on stored.event_id = event->>'event_id'`;
}

function eventsIn(sql: postgres.Sql, events: readonly Incoming[]) {
  return sql`
    select position, body::jsonb as event
    from jsonb_to_recordset(${
    sql.json(events)
  }) as given (position integer, body text)`;
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
