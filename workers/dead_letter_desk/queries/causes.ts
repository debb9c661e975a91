import type { Database } from "#runtime/postgres/database.ts";
import { type LetterFilter, ofCauses } from "./filter.ts";

export type Amount = { readonly currency: string; readonly amount: string };

export type CauseRow = {
  readonly cause: string;
  readonly service: string;
  readonly code: string;
  readonly provider: string | null;
  readonly paths: readonly string[];
  readonly message: string;
  readonly count: number;
  readonly first_seen: string;
  readonly last_seen: string;
  readonly amounts: readonly Amount[];
  /** How many letters are in which state. */
  readonly states: Readonly<Record<string, number>>;
  /** Letters of each of the latest 24 hours, the oldest first. */
  readonly hours: readonly number[];
  readonly acknowledged_by: string | null;
  readonly note: string | null;
};

/**
 * Causes with letters in a state, the largest first, with exact counts and sums. Counters alone are read.
 *
 * @param filter whose state is `open` unless it says another
 */
export async function causesOf(
  database: Pick<Database, "use">,
  filter: LetterFilter,
): Promise<CauseRow[]> {
  const { state = "open", currency } = filter;
  const rows = await database.use((sql) =>
    sql<
      (Omit<CauseRow, "count" | "first_seen" | "last_seen"> & {
        count: string;
        first_seen: Date;
        last_seen: Date;
      })[]
    >`
    select c.id as cause, c.service, c.code, c.provider, to_jsonb(c.paths) as paths, c.message,
      c.first_seen, c.last_seen, c.acknowledged_by, c.note,
      its.count, its.amounts, its.states, its.hours
    from causes c cross join lateral (
      select
        coalesce(sum(letters) filter (where n.state = ${state}::letter_state), 0) as count,
        (
          select coalesce(jsonb_agg(jsonb_build_object('currency', a.currency, 'amount', a.amount::text) order by a.currency), '[]')
          from (
            select currency, sum(amount) as amount from counters
            where cause = c.id and state = ${state}::letter_state and currency <> ''
            group by currency having sum(letters) > 0
          ) a
        ) as amounts,
        (
          select jsonb_object_agg(s.state, s.letters)
          from (select state, sum(letters) as letters from counters where cause = c.id group by state) s
        ) as states,
        (
          select jsonb_agg(coalesce(h.letters, 0) order by hour)
          from generate_series(
            date_trunc('hour', now(), 'UTC') - interval '23 hours', date_trunc('hour', now(), 'UTC'), interval '1 hour'
          ) as hour left join (
            select hour, sum(letters) as letters from counters where cause = c.id group by hour
          ) h using (hour)
        ) as hours
      from counters n where n.cause = c.id ${
      currency === undefined ? sql`` : sql`and n.currency = ${currency}`
    }
    ) its
    where ${ofCauses(sql, filter)} and its.count > 0
    order by its.count desc, c.id
    limit 1000`
  );
  return rows.map((row) => ({
    ...row,
    count: Number(row.count),
    first_seen: row.first_seen.toISOString(),
    last_seen: row.last_seen.toISOString(),
  }));
}
