import type postgres from "postgres";
import { countOf, type Range } from "../actions/offsets.ts";
import { givenRanges } from "./given_ranges.ts";
import { ofIndexed } from "./of_many.ts";

/**
 * What may become of a pointer. `mapped`: what was sent again became what a mapping makes of it; `unmapped_again`: a newer pointer
 * stands for the same thing; `dead`: it became a dead letter; `gone`: its raw record is not kept any more.
 */
export const unmappedStates = [
  "open",
  "sent",
  "mapped",
  "unmapped_again",
  "dead",
  "gone",
] as const;
export type UnmappedState = typeof unmappedStates[number];

/** Marks open pointers as sent, and their kinds with them. Those in other states stay. */
export async function markSent(
  sql: postgres.TransactionSql,
  ranges: readonly Range[],
): Promise<void> {
  await ofIndexed(sql, countOf(ranges));
  await sql`
    with target as materialized (
      select u.partition, u."offset", u.state as was, 'sent'::unmapped_state as becomes
      from ${givenRanges(sql, ranges)} cross join lateral (
        select * from unmapped u
        where u.partition = given.partition and u."offset" between given.first and given.last
        offset 0
      ) u
      where u.state = 'open'
    ), ${movingUnmapped(sql)}
    select count(*) from moved`;
}

/**
 * Marks open pointers whose raw records retention has removed.
 *
 * @param starts the first offset that is kept of each partition
 */
export async function markGone(
  sql: postgres.TransactionSql,
  topic: string,
  starts: ReadonlyMap<number, number>,
): Promise<void> {
  const kept = [...starts].map(([partition, start]) => ({ partition, start }));
  await sql`
    with target as materialized (
      select u.partition, u."offset", u.state as was, 'gone'::unmapped_state as becomes
      from jsonb_to_recordset(${
    sql.json(kept)
  }) as kept (partition integer, start bigint)
        join unmapped u on u.source_topic = ${topic} and u.source_partition = kept.partition
          and u.source_offset < kept.start
      where u.state = 'open'
    ), ${movingUnmapped(sql)}
    select count(*) from moved`;
}

/**
 * The rest of a statement that has chosen pointers as `target (partition, "offset", was, becomes)`: puts them into another state,
 * and counts them there. `moved` are those that nobody else has moved meanwhile.
 */
export function movingUnmapped(
  sql: postgres.TransactionSql,
): postgres.Fragment {
  return sql`moved as (
      update unmapped u set state = t.becomes
      from target t
      where u.partition = t.partition and u."offset" = t."offset" and u.state = t.was
      returning u.provider, u.account, u.type, u.family, u.seen_at, t.was, t.becomes
    ), counted as (
      ${
    counting(
      sql,
      sql`(
        select *, was as state, -1 as n from moved
        union all
        select *, becomes, 1 from moved
      ) as changed`,
    )
  }
    )`;
}

/**
 * A statement that adds to what is counted of kinds, one after the other in their order, so that two writers never wait for each
 * other in a circle.
 *
 * @param changed rows of `provider`, `account`, `type`, `family`, `seen_at`, `state` and by how many `n` it changes
 */
export function counting(
  sql: postgres.TransactionSql,
  changed: postgres.Fragment,
): postgres.Fragment {
  const sum = (state: UnmappedState) =>
    sql`coalesce(sum(n) filter (where state = ${state}), 0)`;
  const [open, sent, mapped, again, dead, gone] = [
    sum("open"),
    sum("sent"),
    sum("mapped"),
    sum("unmapped_again"),
    sum("dead"),
    sum("gone"),
  ];
  return sql`
    insert into unmapped_kinds as k (
      provider, account, type, family, first_seen, last_seen, open, sent, mapped, unmapped_again, dead, gone
    )
    select provider, account, type, family, min(seen_at), max(seen_at),
      ${open}, ${sent}, ${mapped}, ${again}, ${dead}, ${gone}
    from ${changed}
    group by 1, 2, 3, 4 order by 1, 2, 3, 4
    on conflict (provider, account, type, family) do update set
      first_seen = least(k.first_seen, excluded.first_seen),
      last_seen = greatest(k.last_seen, excluded.last_seen),
      open = k.open + excluded.open,
      sent = k.sent + excluded.sent,
      mapped = k.mapped + excluded.mapped,
      unmapped_again = k.unmapped_again + excluded.unmapped_again,
      dead = k.dead + excluded.dead,
      gone = k.gone + excluded.gone`;
}
