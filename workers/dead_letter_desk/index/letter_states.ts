import type postgres from "postgres";
import { countOf, type Range } from "../actions/offsets.ts";
import { givenRanges } from "./given_ranges.ts";
import { ofIndexed } from "./of_many.ts";

/** What may become of a letter. `passed`: what was sent again has got past the service; `dead_again`: it came back as another letter. */
export type LetterState =
  | "open"
  | "sent"
  | "passed"
  | "dead_again"
  | "discarded"
  | "quarantined";

/**
 * Moves letters from some states to another, and their counters with them. Those in other states stay.
 *
 * @returns how many were moved
 */
export async function moveLetters(
  sql: postgres.TransactionSql,
  ranges: readonly Range[],
  { from, to }: {
    readonly from: readonly LetterState[];
    readonly to: LetterState;
  },
): Promise<number> {
  await ofIndexed(sql, countOf(ranges));
  const [moved] = await sql<{ count: number }[]>`
    with target as materialized (
      select s.partition, s."offset", s.state as was, ${to}::letter_state as becomes
      from ${givenRanges(sql, ranges)} cross join lateral (
        -- Each range by its place: an index of states has all that were in one of them, until it is cleaned.
        select * from letter_states s
        where s.partition = given.partition and s."offset" between given.first and given.last
        offset 0
      ) s
      where s.state in ${sql([...from])}
    ), ${moving(sql)}
    select count(*)::int as count from moved`;
  return moved?.count ?? 0;
}

/**
 * The rest of a statement that has chosen letters as `target (partition, "offset", was, becomes)`: puts them into another state
 * and counts them there. One that somebody else has moved meanwhile is left where it is. `moved` are those that it has moved.
 */
export function moving(sql: postgres.TransactionSql): postgres.Fragment {
  return sql`moved as (
      update letter_states s set state = t.becomes
      from target t join letter_facts f using (partition, "offset")
      where s.partition = t.partition and s."offset" = t."offset" and s.state = t.was
      returning s.cause, t.was, t.becomes, coalesce(f.currency, '') as currency,
        date_trunc('hour', f.failed_at, 'UTC') as hour, f.amount
    ), delta as (
      select cause, was as state, currency, hour, -count(*) as letters, -coalesce(sum(amount), 0) as amount
      from moved group by 1, 2, 3, 4
      union all
      select cause, becomes, currency, hour, count(*), coalesce(sum(amount), 0)
      from moved group by 1, 2, 3, 4
    ), counted as (
      insert into counters (cause, state, currency, hour, letters, amount)
      select cause, state, currency, hour, sum(letters), sum(amount)
      from delta group by 1, 2, 3, 4 order by 1, 2, 3, 4
      on conflict (cause, state, currency, hour) do update set
        letters = counters.letters + excluded.letters,
        amount = counters.amount + excluded.amount
    )`;
}
