import type postgres from "postgres";

/** The tables that persistence and the enriched writer write to, and the column by whose hash each is laid out. */
export const shardedTables = {
  events: "event_id",
  superseded_events: "event_id",
  provider_transmissions: "transmission_id",
  enriched_events: "event_id",
} as const;

export const SHARDS = 8;

/**
 * Lays a migrated database's tables out as a distributed PostgreSQL must have them: each row where the hash of its column says, rows of one
 * event beside each other, and no trigger that writes to a payment, which is somewhere else.
 *
 * @param sql a connection of the superuser
 */
export async function layOutByHash(sql: postgres.Sql): Promise<void> {
  const functions = await sql<{ definition: string }[]>`
    select pg_get_functiondef(oid) as definition from pg_proc
    where proname in ('payment_after', 'supersede_events', 'store_enriched_events')`;
  await sql.unsafe(`
    drop view payment_states;
    drop function payment_after, supersede_events, store_enriched_events`);
  for (const [table, column] of Object.entries(shardedTables)) {
    await sql.unsafe(`
      alter table ${table} rename to whole;
      create table ${table} (like whole including all) partition by hash (${column});
      drop table whole`);
    for (let shard = 0; shard < SHARDS; shard++) {
      await sql.unsafe(`
        create table ${table}_${shard} partition of ${table}
        for values with (modulus ${SHARDS}, remainder ${shard})`);
    }
    await sql.unsafe(`grant select, insert on ${table} to eventflow_writer`);
  }
  for (const { definition } of functions) await sql.unsafe(definition);
  await sql.unsafe(`
    grant execute on function supersede_events, store_enriched_events to eventflow_writer`);
}
