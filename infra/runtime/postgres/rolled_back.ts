import type postgres from "postgres";

/**
 * What a piece of work would come to: does it in a transaction, and rolls that back.
 *
 * @throws what the work does
 */
export async function rolledBack<T>(
  sql: postgres.Sql,
  work: (transaction: postgres.TransactionSql) => Promise<T>,
): Promise<T> {
  let done: { readonly result: T } | undefined;
  const rollback = new Error("Rolled back on purpose");
  await sql.begin(async (transaction) => {
    done = { result: await work(transaction) };
    throw rollback;
  }).catch((error) => {
    if (error !== rollback) throw error;
  });
  if (done === undefined) throw rollback;
  return done.result;
}
