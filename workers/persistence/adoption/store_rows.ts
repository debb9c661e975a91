import type postgres from "postgres";
import { PoisonError } from "#runtime/errors.ts";
import type { DatabaseAddress } from "#runtime/database_settings.ts";
import { databaseError } from "#runtime/postgres/database_errors.ts";
import { insertedOnce } from "../days/inserted_once.ts";
import { layoutOf } from "../days/layout.ts";
import { type EarlierRow, judge, type NotAdopted } from "./earlier_row.ts";

export type Fate =
  | { readonly kind: "adopted" }
  /** There is a row already, which says the same. */
  | { readonly kind: "stored before" }
  | { readonly kind: "not adopted"; readonly why: NotAdopted };

type Event = {
  readonly eventId: string;
  readonly json: string;
  readonly storedAt: string;
};

/** Of the events of this `event_id` one is stored already, and says something else. */
const conflict: NotAdopted = {
  code: "conflicting_duplicate",
  message:
    "EventFlow has stored another event with this event_id, from a record of Kafka.",
};

/** Makes rows of earlier rows, and says of each by `event_id` what became of it. */
export async function storeRows(
  sql: postgres.TransactionSql,
  address: DatabaseAddress,
  rows: readonly EarlierRow[],
): Promise<Map<string, Fate>> {
  const fates = new Map<string, Fate>();
  const events: Event[] = [];
  for (const row of rows) {
    const { eventId } = row;
    const judged = judge(row);
    if (judged.ok) events.push({ eventId, ...judged });
    else fates.set(eventId, { kind: "not adopted", why: judged.why });
  }
  for (const [eventId, fate] of await storeEach(sql, address, events)) {
    fates.set(eventId, fate);
  }
  return fates;
}

/** What PostgreSQL cannot hold is found by halving. */
async function storeEach(
  sql: postgres.TransactionSql,
  address: DatabaseAddress,
  events: readonly Event[],
): Promise<[string, Fate][]> {
  const [first] = events;
  if (first === undefined) return [];
  try {
    return await sql.savepoint((sql) => storeAll(sql, events));
  } catch (cause) {
    const error = databaseError(cause, address);
    if (!(error instanceof PoisonError)) throw cause;
    if (events.length === 1) {
      const { code, message } = error.rejection;
      return [[first.eventId, { kind: "not adopted", why: { code, message } }]];
    }
    const half = events.length >> 1;
    return [
      ...await storeEach(sql, address, events.slice(0, half)),
      ...await storeEach(sql, address, events.slice(half)),
    ];
  }
}

async function storeAll(
  sql: postgres.TransactionSql,
  events: readonly Event[],
): Promise<[string, Fate][]> {
  const given = incoming(sql, events);
  const columns = sql`
    event_id, event_type, source, event_timestamp, payload, payment_id, amount, currency, stored_at, adopted_at`;
  const rows = sql`
    select
      event->>'event_id' as event_id, event->>'event_type' as event_type, event->>'source' as source,
      (event->>'timestamp')::timestamptz as event_timestamp, event->'payload' as payload,
      event#>>'{payload,payment_id}' as payment_id, (event#>>'{payload,amount}')::numeric as amount,
      event#>>'{payload,currency}' as currency, stored_at, now() as adopted_at
    from incoming order by event->>'event_id'`;
  const key = sql`stored_at, null::integer, null::bigint`;
  const returning = sql`event_id`;
  const inserted = await sql<{ event_id: string }[]>`
    with incoming as materialized (${given}),
    ${insertedOnce(sql, await layoutOf(sql), { columns, rows, key, returning })}
    select event_id from inserted`;
  const fates = new Map<string, Fate>(
    inserted.map(({ event_id }) => [event_id, { kind: "adopted" }]),
  );
  const others = events.filter(({ eventId }) => !fates.has(eventId));
  for (const { event_id, same } of await compare(sql, others)) {
    fates.set(
      event_id,
      same ? { kind: "stored before" } : { kind: "not adopted", why: conflict },
    );
  }
  return [...fates];
}

/** Of a payload the earlier service kept five keys, so a row from Kafka may have more. */
function compare(sql: postgres.TransactionSql, events: readonly Event[]) {
  if (events.length === 0) return [];
  return sql<{ event_id: string; same: boolean }[]>`
    with incoming as materialized (${incoming(sql, events)})
    select
      stored.event_id,
      stored.event_type = event->>'event_type' and stored.source = event->>'source'
        and stored.event_timestamp = (event->>'timestamp')::timestamptz
        and stored.payload @> (event->'payload') as same
    from incoming join public.events as stored on stored.event_id = event->>'event_id'`;
}

/** A character that no JSON text has (RFC 8259 §2, §7), so that texts can be strung together by it. */
const SEPARATOR = "\u001e";

function incoming(sql: postgres.TransactionSql, events: readonly Event[]) {
  const bodies = events.map(({ json }) => json).join(SEPARATOR);
  const times = events.map(({ storedAt }) => storedAt).join(SEPARATOR);
  return sql`
    select body::jsonb as event, stored::timestamptz as stored_at
    from unnest(
      string_to_array(${bodies}::text, ${SEPARATOR}::text),
      string_to_array(${times}::text, ${SEPARATOR}::text)
    ) as given (body, stored)`;
}
