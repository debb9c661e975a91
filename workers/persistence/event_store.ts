import { TransientError } from "#runtime/errors.ts";
import type { RecordCoordinates } from "#kafka/record_coordinates.ts";
import type postgres from "postgres";
import type { Database } from "#runtime/postgres/database.ts";
import { rolledBack } from "#runtime/postgres/rolled_back.ts";
import { jsonTexts } from "#runtime/postgres/json_texts.ts";
import { compareWithKeys, type Dropped } from "./days/dropped.ts";
import { insertedOnce } from "./days/inserted_once.ts";
import { inLayout, type Layout } from "./days/layout.ts";
import { reusedTransmissions, type Transmission } from "./transmissions.ts";

/** A connection, or a transaction on one. */
export type Asked = postgres.ISql;

/** An event on its way into the table, with the Kafka record it came in. */
export type NewEvent = {
  /** The event's own JSON text: PostgreSQL reads it, so a number keeps every digit. */
  readonly json: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** The raw record in whose place that record stands. */
  readonly origin: RecordCoordinates;
  /** Which of several things of that raw record it is, from 1; absent of a sole one. */
  readonly originItem?: number | undefined;
  /** When the intake had received it, if the record says. */
  readonly receivedAt: Date | undefined;
  /** The version of the mapping that made it, from 1; absent of what was not mapped. */
  readonly mappingVersion?: number | undefined;
  /** What it came in, if its provider's signature does not tell bodies apart. */
  readonly transmission?: Transmission | undefined;
};

/** What storing an event came to. */
export type Stored =
  /** It is a new row. */
  | { readonly kind: "stored" }
  /** This very record had made the row before. */
  | { readonly kind: "stored_earlier" }
  /** Another record with an equal event had made the row. */
  | { readonly kind: "duplicate" }
  /** It has taken the place of the same fact of a lower mapping version, which is kept beside it. */
  | { readonly kind: "superseded" }
  /** The same fact of a higher mapping version is there, or its row was dropped with its day. */
  | { readonly kind: "outdated" }
  /** Another record had made the row, and its event says otherwise. */
  | { readonly kind: "conflict"; readonly with: StoredEvent }
  /** Its transmission's id had come with another body. */
  | { readonly kind: "reused_transmission"; readonly first: RecordCoordinates };

export type StoredEvent = {
  /** The record it came from; `undefined` if it was adopted from the service before EventFlow, or is dropped. */
  readonly place: RecordCoordinates | undefined;
  /** The day with which its row was dropped, as `2026-01-31`: which keys differ is not known then. */
  readonly droppedDay?: string;
  /** Keys of the event whose values are not the stored ones. */
  readonly differingKeys: readonly string[];
};

/**
 * Stores events of one partition, in order: of several with one `event_id` the first makes the row, and if it was mapped, each of
 * a higher version takes its place.
 *
 * @returns what became of each, by index
 * @throws {TransientError|PoisonError|FatalError} as `databaseError` decides; nothing is stored then,
 *   unless the database's answer got lost
 */
export function storeEvents(
  database: Pick<Database, "use">,
  events: readonly NewEvent[],
): Promise<Stored[]> {
  return inLayout(database, (sql, layout) => storeIn(sql, layout, events));
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
  return inLayout(
    database,
    (sql, layout) =>
      rolledBack(sql, (transaction) => storeIn(transaction, layout, events)),
  );
}

async function storeIn(
  sql: Asked,
  layout: Layout,
  events: readonly NewEvent[],
): Promise<Stored[]> {
  const outcomes = events.map((): Stored => ({ kind: "stored" }));
  const reused = await reusedTransmissions(sql, events);
  for (const [index, outcome] of reused) outcomes[index] = outcome;
  const wanted = reused.size === 0
    ? events
    : events.filter((_, index) => !reused.has(index));
  if (wanted.length === 0) return outcomes;
  const inserted = await insertNew(sql, layout, wanted);
  const known = events.flatMap((event, index) =>
    reused.has(index) || inserted.has(event.offset) ? [] : [{ event, index }]
  );
  if (known.length === 0) return outcomes;
  // Statements of their own, because a statement sees no row committed after it began: not those a
  // concurrent writer's insert made it skip.
  const superseding = await supersede(sql, known.map((one) => one.event));
  const rest = known.filter(({ event, index }) => {
    if (!superseding.has(event.offset)) return true;
    outcomes[index] = { kind: "superseded" };
    return false;
  });
  if (rest.length === 0) return outcomes;
  const compared = await compareWithStored(
    sql,
    layout,
    rest.map((one) => one.event),
  );
  rest.forEach(({ index }, position) => {
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
  layout: Layout,
  events: readonly NewEvent[],
): Promise<{ has(offset: number): boolean }> {
  const more = hasMapped(events) ? sql`, origin_item, mapping_version` : sql``;
  // Offsets come back in one value, and none if all are new, as mostly: a row for each takes longer to
  // read than the events took to send.
  const columns = sql`
    event_id, event_type, source, event_timestamp, payload, payment_id, amount, currency,
    source_topic, source_partition, source_offset, received_at,
    origin_topic, origin_partition, origin_offset ${more}`;
  const rows = sql`
    select distinct on (event->>'event_id')
      event->>'event_id' as event_id,
      event->>'event_type' as event_type,
      event->>'source' as source,
      (event->>'timestamp')::timestamptz as event_timestamp,
      event->'payload' as payload,
      event#>>'{payload,payment_id}' as payment_id,
      (event#>>'{payload,amount}')::numeric as amount,
      event#>>'{payload,currency}' as currency,
      source_topic, source_partition, source_offset, received_at,
      origin_topic, origin_partition, origin_offset ${more}
    from incoming
    order by event->>'event_id', position`;
  const version = versionOf(sql, events);
  const key = sql`
    now(), ${version},
    event_digest(event_type, source, event_timestamp, payload, payment_id, amount, currency, ${version})`;
  const returning = sql`source_offset`;
  const [inserted] = await sql<{ count: number; offsets: string | null }[]>`
    with incoming as materialized (${incoming(sql, events)}),
    ${insertedOnce(sql, layout, { columns, rows, key, returning })}
    select
      count(*)::integer as count,
      case when count(*) < ${events.length} then string_agg(source_offset::text, ',') end as offsets
    from inserted`;
  if (inserted?.count === events.length) return { has: () => true };
  // Null if nothing is new.
  const offsets = inserted?.offsets?.split(",") ?? [];
  return new Set(offsets.map(Number));
}

/**
 * Puts mapped facts in the place of the same facts of lower versions. Nobody is asked if none was mapped.
 *
 * @param events in order
 * @returns offsets of those that took a place, if another of them has taken it since too
 */
async function supersede(
  sql: Asked,
  events: readonly NewEvent[],
): Promise<ReadonlySet<number>> {
  const mapped = events.filter((one) => one.mappingVersion !== undefined);
  if (mapped.length === 0) return new Set();
  const [took] = await sql<{ offsets: string | null }[]>`
    with incoming as materialized (${incoming(sql, mapped)}), told as (
      select
        position,
        event->>'event_id' as event_id,
        event->>'event_type' as event_type,
        event->>'source' as source,
        event->>'timestamp' as event_timestamp,
        event->'payload' as payload,
        now() as stored_at,
        event#>>'{payload,payment_id}' as payment_id,
        event#>'{payload,amount}' as amount,
        event#>>'{payload,currency}' as currency,
        source_topic, source_partition, source_offset, received_at,
        origin_topic, origin_partition, origin_offset, origin_item, mapping_version
      from incoming
    )
    select string_agg(took::text, ',') as offsets
    from supersede_events((
      select array_agg(jsonb_populate_record(null::events, to_jsonb(told)) order by position) from told
    )) as took`;
  return new Set(took?.offsets?.split(",").map(Number));
}

type Comparison = {
  position: number;
  /** Mapping versions, of what was mapped. */
  version: number | null;
  stored_version: number | null;
  payment_id: boolean;
  amount: boolean;
  currency: boolean;
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
  layout: Layout,
  events: readonly NewEvent[],
): Promise<Map<number, Stored>> {
  const rows = await sql<Comparison[]>`
    with incoming as materialized (${incoming(sql, events)})
    select
      position,
      ${
    hasMapped(events) ? sql`incoming.mapping_version` : sql`null::integer`
  } as version,
      stored.mapping_version as stored_version,
      stored.source_topic as topic,
      stored.source_partition as partition,
      stored.source_offset as offset,
      (stored.source_topic, stored.source_partition, stored.source_offset) is not distinct from
        (incoming.source_topic, incoming.source_partition, incoming.source_offset) as same_record,
      stored.event_type = event->>'event_type' as event_type,
      stored.source = event->>'source' as source,
      stored.event_timestamp = (event->>'timestamp')::timestamptz as timestamp,
      case when stored.adopted_at is null then stored.payload = event->'payload'
        else stored.payload <@ (event->'payload') end as payload,
      stored.payment_id = event#>>'{payload,payment_id}' as payment_id,
      stored.amount = (event#>>'{payload,amount}')::numeric as amount,
      stored.currency = event#>>'{payload,currency}' as currency
    from incoming join ${
    layout === "whole"
      ? sql`events`
      : sql`stored_events(array(select event->>'event_id' from incoming))`
  } as stored on stored.event_id = event->>'event_id'`;
  const compared = new Map(rows.map((row) => [row.position, judge(row)]));
  if (layout === "by day" && compared.size < events.length) {
    const keys = await compareWithKeys(
      sql,
      sql`
      select position, event, ${
        versionOf(sql, events)
      } as mapping_version from (${incoming(sql, events)}) as incoming`,
    );
    for (const { position, ...dropped } of keys) {
      if (!compared.has(position)) compared.set(position, ofDropped(dropped));
    }
  }
  return compared;
}

function ofDropped(
  { day, isSame, isOfAnotherVersion }: Omit<Dropped, "position">,
): Stored {
  if (isOfAnotherVersion) return { kind: "outdated" };
  if (isSame) return { kind: "duplicate" };
  return {
    kind: "conflict",
    with: { place: undefined, droppedDay: day, differingKeys: [] },
  };
}

/** What must be equal of two tellings of one event, or of one fact: what only describes a fact is the first telling's. */
const eventKeys = ["event_type", "source", "timestamp", "payload"] as const;
const factKeys = [
  "event_type",
  "source",
  "payment_id",
  "amount",
  "currency",
] as const;

function judge(row: Comparison): Stored {
  const { version, stored_version: storedVersion } = row;
  const areMapped = version !== null && storedVersion !== null;
  if (areMapped && version < storedVersion) return { kind: "outdated" };
  if (areMapped && version > storedVersion) {
    throw new TransientError("A stored fact came while being superseded");
  }
  const differingKeys = (areMapped ? factKeys : eventKeys)
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

/** Events as a table, sent as three parameters: one prepared statement serves any number of rows. */
function incoming(sql: Asked, events: readonly NewEvent[]) {
  const bodies = jsonTexts(sql, events.map(({ json }) => json));
  const offsets = events.map(({ offset }) => offset).join(",");
  const times = events.map(({ receivedAt }) =>
    receivedAt?.toISOString() ?? "null"
  ).join(",");
  const { topic = "", partition = 0 } = events[0] ?? {};
  // A topic's name has no comma.
  const originTopics = events.map(({ origin }) => origin.topic).join(",");
  const originPartitions = events.map(({ origin }) => origin.partition).join();
  const originOffsets = events.map(({ origin }) => origin.offset).join();
  // Of events that nobody mapped neither is sent, so that they take no longer for it.
  const isMapped = hasMapped(events);
  const items = events.map(({ originItem }) => originItem ?? "null").join();
  const versions = events.map((event) => event.mappingVersion ?? "null").join();
  return sql`
    select
      (place - 1)::integer as position, body::jsonb as event,
      ${topic}::text as source_topic, ${partition}::integer as source_partition,
      source_offset, received_at, origin_topic, origin_partition, origin_offset
      ${isMapped ? sql`, origin_item, mapping_version` : sql``}
    from unnest(
      ${bodies},
      ${`{${offsets}}`}::bigint[],
      ${`{${times}}`}::timestamptz[],
      string_to_array(${originTopics}::text, ','),
      ${`{${originPartitions}}`}::integer[],
      ${`{${originOffsets}}`}::bigint[]
      ${
    isMapped
      ? sql`, ${`{${items}}`}::integer[], ${`{${versions}}`}::integer[]`
      : sql``
  }
    ) with ordinality as given (
      body, source_offset, received_at, origin_topic, origin_partition, origin_offset
      ${isMapped ? sql`, origin_item, mapping_version` : sql``}, place
    )`;
}

/** The version of the mapping that made each; null of all if none was mapped. */
function versionOf(sql: Asked, events: readonly NewEvent[]) {
  return hasMapped(events) ? sql`mapping_version` : sql`null::integer`;
}

/** Whether any is one of several things, or was mapped. */
function hasMapped(events: readonly NewEvent[]): boolean {
  return events.some(({ originItem, mappingVersion }) =>
    originItem !== undefined || mappingVersion !== undefined
  );
}
