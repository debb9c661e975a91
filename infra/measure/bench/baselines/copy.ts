/**
 * A ceiling for persistence: PostgreSQL's COPY, its fastest way to take rows in. It knows no duplicates, so
 * nobody could store events this way who may receive one twice.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import postgres from "postgres";
import { z } from "zod";
import type { RecordCoordinates } from "#kafka/record_coordinates.ts";
import { PAYMENT_AUTHORIZED } from "#contracts/events/payment_authorized/payment_authorized.ts";

/** An event on its way into a table, with the Kafka record it came in. */
export type CopiedEvent = {
  /** A valid event's JSON text. */
  readonly json: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly origin: RecordCoordinates;
  readonly receivedAt: Date | undefined;
};

export type CopyOptions = {
  /** postgres://user:password@host:port/database */
  readonly databaseUrl: string;
  /** One with the columns of `events`, empty or not. */
  readonly table: string;
  /** Each is a COPY and so a transaction of its own. */
  readonly batches: Iterable<readonly CopiedEvent[]>;
  /** How many batches are under way side by side; a connection keeps one core of the server busy at most. */
  readonly connections?: number;
  /** How long all of it may take, in milliseconds. */
  readonly deadlineMs?: number;
};

/** Makes an empty table with the columns, keys, checks and indexes of our table `events`. */
export async function createTableLikeEvents(
  sql: postgres.Sql,
  table: string,
): Promise<void> {
  await sql`create table ${sql(table)} (like events including all)`;
}

/**
 * Stores events by COPY. The events are read and written out as COPY's text before the clock starts, which
 * no consumer could do: it flatters COPY, as is right for a ceiling.
 *
 * @returns rows per second
 * @throws {Error} if PostgreSQL refuses a row, or has not finished by the deadline. A refusal that comes
 *   once the last row is sent is seen at the deadline alone: postgres.js passes it on to nobody.
 */
export async function copyEvents(
  { databaseUrl, table, batches, connections = 1, deadlineMs = 600_000 }:
    CopyOptions,
): Promise<number> {
  let rows = 0;
  const texts = Array.from(batches, (events) => {
    rows += events.length;
    return Buffer.from(copyText(events));
  });
  const sql = open(databaseUrl, connections);
  const late = new AbortController();
  const timer = setTimeout(
    () => late.abort(new Error(`COPY has not finished in ${deadlineMs} ms`)),
    deadlineMs,
  );
  const sideBySide = (work: () => Promise<void>) =>
    Promise.all(Array.from({ length: connections }, work));
  const copyOne = (text: Buffer) =>
    copy({ sql, table, text, signal: late.signal });
  try {
    // Connects, and has the server look up what the table is like.
    await sideBySide(() => copyOne(Buffer.alloc(0)));
    const began = performance.now();
    const remaining = texts.values();
    await sideBySide(async () => {
      for (const text of remaining) await copyOne(text);
    });
    return rows / ((performance.now() - began) / 1000);
  } finally {
    clearTimeout(timer);
    await sql.end({ timeout: 0 });
  }
}

/**
 * Connections that send at once. postgres.js leaves Nagle's algorithm on, and on Deno and Node the end of
 * each COPY would wait some 40 ms until the server has acknowledged the rows before it.
 */
function open(databaseUrl: string, connections: number): postgres.Sql {
  const socket = async ({ host, port }: {
    host: readonly string[];
    port: readonly number[];
  }): Promise<Socket> => {
    const connected = connect({
      host: host[0],
      port: port[0] ?? 5432,
      noDelay: true,
    });
    await once(connected, "connect");
    return connected;
  };
  // A variable, because postgres.js has the option `socket` and its types do not.
  const options = { max: connections, fetch_types: false, socket };
  return postgres(databaseUrl, options);
}

async function copy(
  { sql, table, text, signal }: {
    sql: postgres.Sql;
    table: string;
    text: Buffer;
    signal: AbortSignal;
  },
): Promise<void> {
  signal.throwIfAborted();
  const rows = await sql`
    copy ${sql(table)} (
      event_id, event_type, source, event_timestamp, payload, payment_id, amount, currency,
      source_topic, source_partition, source_offset, received_at,
      origin_topic, origin_partition, origin_offset
    ) from stdin`.writable();
  await pipeline(Readable.from([text]), rows, { signal })
    .catch((error) => {
      throw signal.aborted ? signal.reason : error;
    });
}

const Event = z.object({
  event_id: z.string(),
  event_type: z.string(),
  source: z.string(),
  timestamp: z.string(),
  payload: z.looseObject({
    payment_id: z.string(),
    amount: z.unknown(),
    currency: z.string(),
  }),
});

/**
 * Events in COPY's text format, a line each, in the order of the columns above.
 *
 * @throws {z.ZodError|SyntaxError} if one is no event
 */
export function copyText(events: readonly CopiedEvent[]): string {
  return events.map(
    ({ json, topic, partition, offset, origin, receivedAt }) => {
      const event = Event.parse(parseExactly(json));
      const { payload } = event;
      return copyLine([
        event.event_id,
        event.event_type,
        event.source,
        event.timestamp,
        JSON.stringify(payload),
        payload.payment_id,
        JSON.stringify(payload.amount),
        payload.currency,
        topic,
        `${partition}`,
        `${offset}`,
        receivedAt?.toISOString(),
        origin.topic,
        `${origin.partition}`,
        `${origin.offset}`,
      ]);
    },
  ).join("");
}

/**
 * A row in COPY's text format.
 *
 * @param values `undefined` is null
 * @see https://www.postgresql.org/docs/18/sql-copy.html, "Text Format"
 */
export function copyLine(values: readonly (string | undefined)[]): string {
  const fields = values.map((value) =>
    value === undefined ? "\\N" : escaped(value)
  );
  return `${fields.join("\t")}\n`;
}

function escaped(value: string): string {
  return value
    .replaceAll("\\", "\\\\")
    .replaceAll("\t", "\\t")
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r");
}

/** JSON with source text access (ECMAScript 2026), of which TypeScript's library knows nothing. */
const ExactJson = JSON as unknown as {
  parse(
    text: string,
    revive: (
      key: string,
      value: unknown,
      context: { readonly source: string },
    ) => unknown,
  ): unknown;
  rawJSON(text: string): unknown;
};

/** Reads JSON so that it is written again with every digit of its numbers. */
function parseExactly(json: string): unknown {
  return ExactJson.parse(
    json,
    (_key, value, { source }) =>
      typeof value === "number" ? ExactJson.rawJSON(source) : value,
  );
}

/** The topic that rows of `fillTable` come of. */
export const FILLED = "filled";

/**
 * Puts rows into an empty table, of events that nobody sends, and has PostgreSQL tidy up, so that a
 * measurement in a big table is not one of autovacuum.
 *
 * @param table one with the columns of `events`
 */
export async function fillTable(
  sql: postgres.Sql,
  table: string,
  rows: number,
): Promise<void> {
  await sql`
    insert into ${sql(table)} (
      event_id, event_type, source, event_timestamp, payload, payment_id, amount, currency,
      source_topic, source_partition, source_offset, received_at
    )
    select
      'filled_' || n, ${PAYMENT_AUTHORIZED}, 'bench-provider', time,
      jsonb_build_object(
        'payment_id', payment_id,
        'order_id', 'order_' || n,
        'provider_auth_id', 'auth_' || n,
        'amount', amount,
        'currency', 'EUR'
      ),
      payment_id, amount, 'EUR', ${FILLED}, 0, n, time
    from
      generate_series(1, ${rows}::bigint) as n,
      lateral (
        select
          timestamptz '2025-01-01 00:00Z' + n * interval '10 ms' as time,
          'pay_' || n / 3 as payment_id,
          (1 + n % 9999999) / 100.0 as amount
      ) as of_row`;
  await sql`vacuum (analyze) ${sql(table)}`;
}
