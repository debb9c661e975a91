import type postgres from "postgres";

/** What is known of a further telling of an event whose row was dropped with its day. */
export type Dropped = {
  readonly position: number;
  /** The day in UTC, as `2026-01-31`. */
  readonly day: string;
  /** Whether both say the same, as far as the key can tell. */
  readonly isSame: boolean;
  /** Whether both were mapped, and by different versions. */
  readonly isOfAnotherVersion: boolean;
};

/**
 * Compares events with the keys of those that were stored before them.
 *
 * @param incoming selects `position`, `event` as jsonb and `mapping_version`
 * @returns of those that have a key
 */
export function compareWithKeys(
  sql: postgres.ISql,
  incoming: postgres.PendingQuery<postgres.Row[]>,
): Promise<Dropped[]> {
  return sql<Dropped[]>`
    with incoming as materialized (${incoming})
    select
      position,
      to_char(key.stored_at at time zone 'UTC', 'YYYY-MM-DD') as day,
      (incoming.mapping_version is null) = (key.mapping_version is null) and key.digest is not distinct from event_digest(
        event->>'event_type', event->>'source', (event->>'timestamp')::timestamptz, event->'payload',
        event#>>'{payload,payment_id}', (event#>>'{payload,amount}')::numeric, event#>>'{payload,currency}',
        incoming.mapping_version
      ) as "isSame",
      coalesce(incoming.mapping_version <> key.mapping_version, false) as "isOfAnotherVersion"
    from incoming join event_keys as key on key.event_id = event->>'event_id'`;
}
