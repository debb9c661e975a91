/**
 * How PostgreSQL joins what a transaction is about. Left alone it takes ranges for half of a table, and, where it has not
 * counted yet what came in, a million rows for a hundred.
 *
 * @module
 */
import type postgres from "postgres";

/** From so many rows on, one by one is the slow way where not all of them have an index. */
const MANY = 1_000;

/** Up to so many, each by its index is the quick way. */
const FEW = 50_000;

/** For what compares rows with each other: of many, by tables of them all. */
export async function ofMany(
  sql: postgres.TransactionSql,
  count: number,
): Promise<void> {
  await joining(sql, { byIndex: count < MANY, byTable: true });
}

/** For rows that have an index: of few each by it, so that it takes as long as they are many, however many others there are. */
export async function ofIndexed(
  sql: postgres.TransactionSql,
  count: number,
): Promise<void> {
  const isFew = count <= FEW;
  await joining(sql, { byIndex: isFew, byTable: !isFew });
}

/** For the rest of the transaction. */
async function joining(
  sql: postgres.TransactionSql,
  by: { byIndex: boolean; byTable: boolean },
): Promise<void> {
  const ways = [
    { name: "enable_nestloop", is: by.byIndex },
    { name: "enable_hashjoin", is: by.byTable },
    { name: "enable_mergejoin", is: by.byTable },
    { name: "enable_seqscan", is: by.byTable },
  ];
  await sql`
    select set_config(name, "is"::text, true)
    from jsonb_to_recordset(${
    sql.json(ways)
  }) as ways (name text, "is" boolean)`;
}
