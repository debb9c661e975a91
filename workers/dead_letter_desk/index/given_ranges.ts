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
