import { sleep } from "#runtime/backoff.ts";
import { describeError } from "#runtime/errors.ts";
import type { Log } from "#runtime/log.ts";
import type { Database } from "#runtime/postgres/database.ts";
import { layoutOf } from "./layout.ts";

const EVERY_MS = 3_600_000;

/**
 * Has the days ahead made while a service runs, if `events` is a table of days. What keeps it from that is said in the log and tried again:
 * there are days for two weeks, and behind them a partition for the rest.
 */
export async function keepMakingDays(
  database: Database,
  { signal, log, everyMs = EVERY_MS }: {
    readonly signal: AbortSignal;
    readonly log: Pick<Log, "warn">;
    readonly everyMs?: number;
  },
): Promise<void> {
  while (!signal.aborted) {
    await database.use(async (sql) => {
      if (await layoutOf(sql) === "whole") return;
      // A lock that is not to be had is no sign of trouble with the connections.
      await sql`select make_event_days()`.catch((error) =>
        log.warn(
          `The days ahead of the table events were not made (${
            describeError(error)
          }): it is tried again in an hour.`,
        )
      );
    }).catch(() => {}); // The database is away, which is told where payments are stored.
    await sleep(everyMs, signal);
  }
}
