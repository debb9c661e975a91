import { TransientError } from "#runtime/errors.ts";
import type { RecordCoordinates } from "#kafka/record_coordinates.ts";
import type postgres from "postgres";
import type { Database } from "#runtime/postgres/database.ts";

/** A connection, or a transaction on one. */
type Asked = postgres.ISql;

/** An event on its way into the table, with the Kafka record it came in. */
export type NewEvent = {
  /** The event's own JSON text: PostgreSQL reads it, so a number keeps every digit. */
  readonly json: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** The raw record in whose place that record stands. */
  readonly origin: RecordCoordinates;
  /** When the intake had received it, if the record says. */
  readonly receivedAt: Date | undefined;
};

/** What storing an event came to. */
export type Stored =
  /** It is a new row. */
  | { readonly kind: "stored" }
  /** This very record had made the row before. */
  | { readonly kind: "stored_earlier" }
  /** Another record with an equal event had made the row. */
  | { readonly kind: "duplicate" }
  /** Another record had made the row, and its event says otherwise. */
  | { readonly kind: "conflict"; readonly with: StoredEvent };

export type StoredEvent = {
  /** The record it came from; `undefined` if it was adopted from the service before EventFlow. */
  readonly place: RecordCoordinates | undefined;
  /** Keys of the event whose values are not the stored ones. */
  readonly differingKeys: readonly string[];
};

/**
 * Stores events of one partition, in order: of several with one `event_id` the first makes the row.
 *
 * @returns what became of each, by index
 * @throws {TransientError|PoisonError|FatalError} as `databaseError` decides; nothing is stored then,
 *   unless the database's answer got lost
 */
export function storeEvents(
  database: Database,
  events: readonly NewEvent[],
): Promise<Stored[]> {
  return database.use((sql) => storeIn(sql, events));
}

/**
 * What storing events would come to: stores them, and rolls that back.
 *
 * @returns as `storeEvents` does
 * @throws as `storeEvents` does
 */
export function judgeEvents(
  database: Database,
  events: readonly NewEvent[],
): Promise<Stored[]> {
  return database.use(async (sql) => {
    let judged: Stored[] | undefined;
    const rollback = new Error("Rolled back on purpose");
    await sql.begin(async (transaction) => {
      judged = await storeIn(transaction, events);
      throw rollback;
    }).catch((error) => {
      if (error !== rollback) throw error;
    });
    if (judged === undefined) throw rollback;
    return judged;
  });
}

async function storeIn(
  sql: Asked,
  events: readonly NewEvent[],
): Promise<Stored[]> {
  const inserted = await insertNew(sql, events);
  const known = events.flatMap((event, index) =>
    inserted.has(event.offset) ? [] : [{ event, index }]
  );
  const outcomes = events.map((): Stored => ({ kind: "stored" }));
  if (known.length === 0) return outcomes;
  // A statement of its own, because a statement sees no row committed after it began: not those a
  // concurrent writer's insert made it skip.
  const compared = await compareWithStored(
    sql,
    known.map((one) => one.event),
  );
  known.forEach(({ index }, position) => {
    const outcome = compared.get(position);
    if (outcome === undefined) {
      throw new TransientError("A stored event vanished while being compared");
    }
    outcomes[index] = outcome;
  });
  return outcomes;
}

/**
 * Inserts in the order of `event_id`, so that two writers never wait for each other's rows in a circle.
 *
 * @returns offsets of the events that are new rows
 */
async function insertNew(
  sql: Asked,
  events: readonly NewEvent[],
): Promise<{ has(offset: number): boolean }> {
  // Offsets come back in one value, and none if all are new, as mostly: a row for each takes longer to
  // read than the events took to send.
  const [inserted] = await sql<{ count: number; offsets: string | null }[]>`
    with incoming as materialized (${incoming(sql, events)}), inserted as (
      insert into events (
        event_id, event_type, source, event_timestamp, payload, payment_id, amount, currency,
        source_topic, source_partition, source_offset, received_at,
        origin_topic, origin_partition, origin_offset
      )
      select distinct on (event->>'event_id')
        event->>'event_id',
        event->>'event_type',
        event->>'source',
        (event->>'timestamp')::timestamptz,
        event->'payload',
        event#>>'{payload,payment_id}',
        (event#>>'{payload,amount}')::numeric,
        event#>>'{payload,currency}',
        source_topic, source_partition, source_offset, received_at,
        origin_topic, origin_partition, origin_offset
      from incoming
      order by event->>'event_id', position
      on conflict (event_id) do nothing
      returning source_offset
    )
    select
      count(*)::integer as count,
      case when count(*) < ${events.length} then string_agg(source_offset::text, ',') end as offsets
    from inserted`;
  if (inserted?.count === events.length) return { has: () => true };
  // Null if nothing is new.
  const offsets = inserted?.offsets?.split(",") ?? [];
  return new Set(offsets.map(Number));
}

type Comparison = {
  position: number;
  /** Null if the row was adopted. */
  topic: string | null;
  partition: number | null;
  offset: string | null;
  same_record: boolean;
  event_type: boolean;
  source: boolean;
  timestamp: boolean;
  payload: boolean;
};

/**
 * As jsonb, payloads are equal whatever their white space, the order of their keys or their 1.0 for 1. The service
 * before EventFlow kept five keys of a payload and dropped the others, so of an adopted row no more can be asked.
 */
async function compareWithStored(
  sql: Asked,
  events: readonly NewEvent[],
): Promise<Map<number, Stored>> {
  const rows = await sql<Comparison[]>`
    with incoming as materialized (${incoming(sql, events)})
    select
      position,
      stored.source_topic as topic,
      stored.source_partition as partition,
      stored.source_offset as offset,
      (stored.source_topic, stored.source_partition, stored.source_offset) is not distinct from
        (incoming.source_topic, incoming.source_partition, incoming.source_offset) as same_record,
      stored.event_type = event->>'event_type' as event_type,
      stored.source = event->>'source' as source,
      stored.event_timestamp = (event->>'timestamp')::timestamptz as timestamp,
      case when stored.adopted_at is null then stored.payload = event->'payload'
        else stored.payload <@ (event->'payload') end as payload
    from incoming join events as stored on stored.event_id = event->>'event_id'`;
  return new Map(rows.map((row) => [row.position, judge(row)]));
}

function judge(row: Comparison): Stored {
  const differingKeys =
    (["event_type", "source", "timestamp", "payload"] as const)
      .filter((key) => !row[key]);
  if (differingKeys.length > 0) {
    return {
      kind: "conflict",
      with: { place: placeOf(row), differingKeys },
    };
  }
  return { kind: row.same_record ? "stored_earlier" : "duplicate" };
}

function placeOf(
  { topic, partition, offset }: Comparison,
): RecordCoordinates | undefined {
  return topic === null || partition === null || offset === null
    ? undefined
    : { topic, partition, offset: Number(offset) };
}

/**
 * A character that no JSON text has: in a string it must be escaped, and elsewhere it is no white space
 * (RFC 8259 §2, §7). So texts can be strung together by it and taken apart again, which costs neither side
 * what it takes to write each of them as a JSON string once more.
 */
const SEPARATOR = "\u001e";

/** Events as a table, sent as three parameters: one prepared statement serves any number of rows. */
function incoming(sql: Asked, events: readonly NewEvent[]) {
  const bodies = events.map(({ json }) => json).join(SEPARATOR);
  const offsets = events.map(({ offset }) => offset).join(",");
  const times = events.map(({ receivedAt }) =>
    receivedAt?.toISOString() ?? "null"
  ).join(",");
  const { topic = "", partition = 0 } = events[0] ?? {};
  // A topic's name has no comma.
  const originTopics = events.map(({ origin }) => origin.topic).join(",");
  const originPartitions = events.map(({ origin }) => origin.partition).join();
  const originOffsets = events.map(({ origin }) => origin.offset).join();
  return sql`
    select
      (place - 1)::integer as position, body::jsonb as event,
      ${topic}::text as source_topic, ${partition}::integer as source_partition,
      source_offset, received_at, origin_topic, origin_partition, origin_offset
    from unnest(
      string_to_array(${bodies}::text, ${SEPARATOR}::text),
      ${`{${offsets}}`}::bigint[],
      ${`{${times}}`}::timestamptz[],
      string_to_array(${originTopics}::text, ','),
      ${`{${originPartitions}}`}::integer[],
      ${`{${originOffsets}}`}::bigint[]
    ) with ordinality as given (
      body, source_offset, received_at, origin_topic, origin_partition, origin_offset, place
    )`;
}
