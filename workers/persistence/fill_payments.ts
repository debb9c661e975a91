import type postgres from "postgres";
import type { DatabaseAddress } from "#runtime/database_settings.ts";
import { describeError } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { placeOf } from "#runtime/postgres/database_errors.ts";
import { longConnection } from "./long_connection.ts";

/** Of 8 KiB, with some 20 rows each: half a second of work, for which their payments take no newer state. */
const BLOCKS_AT_ONCE = 1_000;

/** How far filling has come, in blocks of the table `events`. */
export type Filled = { readonly done: number; readonly all: number };

/**
 * Applies the events of before there was a table `payments`. What is applied is committed with how far that is, so that it
 * goes on there after whatever ended it, and two at a time take turns. Persistence may go on meanwhile: a state that is
 * later stays.
 *
 * @param options whose `progress` is told after each step, if there is one
 * @throws {StartError} if the database does not answer, or refuses
 */
export async function fillPayments(
  address: DatabaseAddress,
  { progress = () => {}, blocksAtOnce = BLOCKS_AT_ONCE }: {
    progress?: (filled: Filled) => void;
    blocksAtOnce?: number;
  } = {},
): Promise<void> {
  const sql = longConnection(address);
  try {
    for (;;) {
      const filled = await sql.begin((sql) => fillNext(sql, blocksAtOnce));
      if (filled === undefined) return;
      progress(filled);
    }
  } catch (cause) {
    throw new StartError(
      `Cannot fill the table payments of database ${placeOf(address)} (${
        describeError(cause)
      }): run \`deno task migrate\` again, and it goes on where it was.`,
      { cause },
    );
  } finally {
    await sql.end({ timeout: 1 });
  }
}

type Progress = {
  readonly nextBlock: number;
  readonly isSameFile: boolean;
  readonly isFinished: boolean;
  readonly all: number;
};

/** @returns undefined if nothing is left to do */
async function fillNext(
  sql: postgres.TransactionSql,
  blocksAtOnce: number,
): Promise<Filled | undefined> {
  const [state] = await sql<Progress[]>`
    select
      next_block::double precision as "nextBlock",
      file = pg_relation_filenode('events') as "isSameFile",
      finished_at is not null as "isFinished",
      (pg_relation_size('events') / current_setting('block_size')::integer)::double precision as all
    from payments_fill for update`;
  if (state === undefined || state.isFinished) return undefined;
  const { all } = state;
  // Its rows have other places now.
  const from = state.isSameFile ? state.nextBlock : 0;
  const to = Math.min(from + blocksAtOnce, all);
  // What is appended behind this is applied by the trigger.
  const isLast = to === all;
  if (from < to) {
    await sql`
      select apply_to_payments(array_agg(payment_after(event))) from events as event
      where ctid >= ${`(${from},0)`}::tid and ctid < ${`(${to},0)`}::tid`;
  }
  await sql`
    update payments_fill set
      file = pg_relation_filenode('events'),
      next_block = ${to},
      finished_at = case when ${isLast} then now() end`;
  return all === 0 ? undefined : { done: to, all };
}
