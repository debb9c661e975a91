import { TransientError } from "#runtime/errors.ts";
import type { Database, Sql } from "./database.ts";

/** An event on its way into the table, with the Kafka record it came in. */
export type NewEvent = {
  /** The event's own JSON text: PostgreSQL reads it, so a number keeps every digit. */
  readonly json: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** When the intake had received it, where the record says. */
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
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
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
  return database.use(async (sql) => {
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
        throw new TransientError(
          "A stored event vanished while being compared",
        );
      }
      outcomes[index] = outcome;
    });
    return outcomes;
  });
}

/** Inserts in the order of `event_id`, so that two writers never wait for each other's rows in a circle. */
async function insertNew(
  sql: Sql,
  events: readonly NewEvent[],
): Promise<Set<number>> {
  const rows = await sql<{ source_offset: string }[]>`
    with incoming as materialized (${incoming(sql, events)})
    insert into events (
      event_id, event_type, source, event_timestamp, payload, payment_id, amount, currency,
      source_topic, source_partition, source_offset, received_at
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
      source_topic, source_partition, source_offset, received_at
    from incoming
    order by event->>'event_id', position
    on conflict (event_id) do nothing
    returning source_offset`;
  return new Set(rows.map((row) => Number(row.source_offset)));
}

type Comparison = {
  position: number;
  topic: string;
  partition: number;
  offset: string;
  same_record: boolean;
  event_type: boolean;
  source: boolean;
  timestamp: boolean;
  payload: boolean;
};

/** As jsonb, payloads are equal whatever their white space, the order of their keys or their 1.0 for 1. */
async function compareWithStored(
  sql: Sql,
  events: readonly NewEvent[],
): Promise<Map<number, Stored>> {
  const rows = await sql<Comparison[]>`
    with incoming as materialized (${incoming(sql, events)})
    select
      position,
      stored.source_topic as topic,
      stored.source_partition as partition,
      stored.source_offset as offset,
      (stored.source_topic, stored.source_partition, stored.source_offset) =
        (incoming.source_topic, incoming.source_partition, incoming.source_offset) as same_record,
      stored.event_type = event->>'event_type' as event_type,
      stored.source = event->>'source' as source,
      stored.event_timestamp = (event->>'timestamp')::timestamptz as timestamp,
      stored.payload = event->'payload' as payload
    from incoming join events as stored on stored.event_id = event->>'event_id'`;
  return new Map(rows.map((row) => [row.position, judge(row)]));
}

function judge(row: Comparison): Stored {
  const { topic, partition, offset } = row;
  const differingKeys =
    (["event_type", "source", "timestamp", "payload"] as const)
      .filter((key) => !row[key]);
  if (differingKeys.length > 0) {
    return {
      kind: "conflict",
      with: { topic, partition, offset: Number(offset), differingKeys },
    };
  }
  return { kind: row.same_record ? "stored_earlier" : "duplicate" };
}

/** Events as a table, sent as one parameter: one prepared statement serves any number of rows. */
function incoming(sql: Sql, events: readonly NewEvent[]) {
  const rows = events.map((event, position) => ({
    position,
    body: event.json,
    source_topic: event.topic,
    source_partition: event.partition,
    source_offset: event.offset,
    received_at: event.receivedAt?.toISOString() ?? null,
  }));
  return sql`
    select
      position, body::jsonb as event,
      source_topic, source_partition, source_offset, received_at
    from jsonb_to_recordset(${sql.json(rows)}) as given (
      position integer, body text,
      source_topic text, source_partition integer, source_offset bigint, received_at timestamptz
    )`;
}
