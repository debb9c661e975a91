import type postgres from "postgres";
import type { Range } from "../actions/offsets.ts";

/** Ranges as rows `given (partition, first, last)`. */
export function givenRanges(
  sql: postgres.TransactionSql,
  ranges: readonly Range[],
): postgres.Fragment {
  return sql`jsonb_to_recordset(${sql.json([...ranges])})
    as given (partition integer, first bigint, last bigint)`;
}

/**
 * Positions as ranges, in the order of partition and offset.
 *
 * @param positions a query of `partition` and `"offset"`, each position once
 */
export async function foundRanges(
  sql: postgres.Sql | postgres.TransactionSql,
  positions: postgres.Fragment,
): Promise<Range[]> {
  const rows = await sql<{ partition: number; first: string; last: string }[]>`
    select partition, min("offset") as first, max("offset") as last
    from (
      select partition, "offset", "offset" - row_number() over (partition by partition order by "offset") as island
      from (${positions}) positions
    ) numbered
    group by partition, island order by 1, 2`;
  return rows.map(({ partition, first, last }) => ({
    partition,
    first: Number(first),
    last: Number(last),
  }));
}
