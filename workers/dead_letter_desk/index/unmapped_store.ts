import type postgres from "postgres";
import type { UnmappedRow } from "./unmapped_row.ts";
import { counting, movingUnmapped } from "./unmapped_states.ts";

/**
 * Puts pointers of one partition into the index, each once however often it is handed in. One that stands for the same thing of the
 * same webhook as an earlier one takes its place: it is counted once.
 *
 * @param rows in the order of their offsets
 */
export async function storeUnmapped(
  sql: postgres.TransactionSql,
  rows: readonly UnmappedRow[],
): Promise<void> {
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined) return;
  const given = rows.map(({ source, origin, replay, ...row }) => ({
    ...row,
    source_topic: source.topic,
    source_partition: source.partition,
    source_offset: source.offset,
    origin_topic: origin.topic,
    origin_partition: origin.partition,
    origin_offset: origin.offset,
    replay_of_topic: replay?.of.topic ?? null,
    replay_of_partition: replay?.of.partition ?? null,
    replay_of_offset: replay?.of.offset ?? null,
    replay_job: replay?.job ?? null,
    replay_nth: replay?.nth ?? 0,
  }));
  await sql`
    with new as (
      insert into unmapped (
        partition, "offset", provider, account, type, family, mapping_version, seen_at, key,
        source_topic, source_partition, source_offset, item, items, origin_topic, origin_partition, origin_offset,
        replay_of_topic, replay_of_partition, replay_of_offset, replay_job, replay_nth
      )
      select
        partition, "offset", provider, account, type, family, "mappingVersion", "seenAt", key,
        source_topic, source_partition, source_offset, item, items, origin_topic, origin_partition, origin_offset,
        replay_of_topic, replay_of_partition, replay_of_offset, replay_job, replay_nth
      from jsonb_to_recordset(${sql.json(given)}) as given (
        partition integer, "offset" bigint, provider text, account text, type text, family text,
        "mappingVersion" integer, "seenAt" timestamptz, key text,
        source_topic text, source_partition integer, source_offset bigint, item integer, items integer,
        origin_topic text, origin_partition integer, origin_offset bigint,
        replay_of_topic text, replay_of_partition integer, replay_of_offset bigint, replay_job uuid, replay_nth integer
      )
      on conflict (partition, "offset") do nothing
      returning provider, account, type, family, seen_at, state, 1 as n
    )
    ${counting(sql, sql`new`)}`;
  // Pointers of one webhook are in one partition, as they have its key. Of which job they came does not matter, so that it does
  // not either whether pointers or actions are read first.
  await sql`
    with newer as materialized (
      select * from unmapped
      where partition = ${first.partition} and "offset" between ${first.offset} and ${last.offset}
    ), target as materialized (
      select distinct u.partition, u."offset", u.state as was, 'unmapped_again'::unmapped_state as becomes
      from newer join unmapped u
        on u.origin_topic = newer.origin_topic and u.origin_partition = newer.origin_partition
          and u.origin_offset = newer.origin_offset
          and u.item is not distinct from newer.item and u.items is not distinct from newer.items
          and u.partition = newer.partition and u."offset" < newer."offset"
      where u.state <> 'unmapped_again'
    ), ${movingUnmapped(sql)}
    select count(*) from moved`;
}
