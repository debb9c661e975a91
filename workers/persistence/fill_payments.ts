import type { DatabaseAddress } from "#runtime/database_settings.ts";
import { describeError } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { placeOf } from "#runtime/postgres/database_errors.ts";
import { fillByBlocks, type Filled, rowsOf } from "./fill_by_blocks.ts";
import { longConnection } from "./long_connection.ts";

/** Of 8 KiB, with some 20 rows each: half a second of work, for which their payments take no newer state. */
const BLOCKS_AT_ONCE = 1_000;

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
      const filled = await sql.begin((sql) =>
        fillByBlocks(sql, {
          progress: "payments_fill",
          blocksAtOnce,
          take: (blocks) =>
            sql`
            select apply_to_payments(array_agg(payment_after(event)))
            from (${rowsOf(sql, blocks)}) as of_blocks`,
        })
      );
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
