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
 * Records of a job in given ranges that are in a state, as a query. Each range is looked up by itself: PostgreSQL, which has
 * counted when none were in that state, else reads all of the job for them.
 */
export function jobRecordsIn(
  sql: postgres.TransactionSql,
  { job, ranges, state }: {
    readonly job: string;
    readonly ranges: readonly Range[];
    readonly state: "selected" | "sent";
  },
): postgres.Fragment {
  return sql`
    select r.* from ${givenRanges(sql, ranges)} cross join lateral (
      select * from job_records r
      where r.job = ${job} and r.partition = given.partition and r."offset" between given.first and given.last
      offset 0
    ) r
    where r.state = ${state}::job_record_state`;
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
