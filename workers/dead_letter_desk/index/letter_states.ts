import type postgres from "postgres";
import type { Range } from "../actions/offsets.ts";
import { givenRanges } from "./given_ranges.ts";

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
  const [moved] = await sql<{ count: number }[]>`
    with given as materialized (
      select * from ${givenRanges(sql, ranges)}
    ), target as materialized (
      select l.partition, l."offset", l.cause, l.state, l.currency, l.failed_at, l.amount
      from given join letters l
        on l.partition = given.partition and l."offset" between given.first and given.last
      where l.state in ${sql([...from])}
      for update of l
    ), ${moving(sql, to)}
    select (select count(*) from target)::int as count`;
  return moved?.count ?? 0;
}

/** The rest of a statement that has chosen letters as `target`: puts them into a state and counts them there. */
export function moving(
  sql: postgres.TransactionSql,
  to: LetterState,
): postgres.Fragment {
  return sql`moved as (
      update letters l set state = ${to}::letter_state
      from target t where l.partition = t.partition and l."offset" = t."offset"
    ), delta as (
      select cause, state, coalesce(currency, '') as currency,
        date_trunc('hour', failed_at, 'UTC') as hour,
        -count(*) as letters, -coalesce(sum(amount), 0) as amount
      from target group by 1, 2, 3, 4
      union all
      select cause, ${to}::letter_state, coalesce(currency, ''),
        date_trunc('hour', failed_at, 'UTC'), count(*), coalesce(sum(amount), 0)
      from target group by 1, 2, 3, 4
    ), counted as (
      insert into counters (cause, state, currency, hour, letters, amount)
      select cause, state, currency, hour, sum(letters), sum(amount)
      from delta group by 1, 2, 3, 4 order by 1, 2, 3, 4
      on conflict (cause, state, currency, hour) do update set
        letters = counters.letters + excluded.letters,
        amount = counters.amount + excluded.amount
    )`;
}
