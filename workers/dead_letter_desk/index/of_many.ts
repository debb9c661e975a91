import type postgres from "postgres";

/** From so many rows on, one by one is the slow way. */
const MANY = 1_000;

/**
 * Tells PostgreSQL that a transaction is about many rows. Where it has not counted yet what came in, it takes a million for a
 * hundred, and compares each with each.
 */
export async function ofMany(
  sql: postgres.TransactionSql,
  count: number,
): Promise<void> {
  if (count >= MANY) await sql`set local enable_nestloop = off`;
}
