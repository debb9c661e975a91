/**
 * When the events of a run of the generator were stored, by the database's own account.
 *
 * @module
 */
import type postgres from "postgres";
import { sleep } from "#runtime/backoff.ts";
import { DUE_MS } from "./load/events.ts";
import type { Percentiles } from "./load/percentiles.ts";

const LOOK_EVERY_MS = 100;
/** Without a further row. */
const GIVE_UP_AFTER_MS = 30_000;

/**
 * Waits until all rows of a run are there.
 *
 * @throws {Error} if nothing more comes and some are missing
 */
export async function untilStored(
  sql: postgres.Sql,
  { run, rows, stopping }: {
    readonly run: string;
    readonly rows: number;
    readonly stopping: AbortSignal;
  },
): Promise<void> {
  let stored = -1;
  let movedMs = performance.now();
  while (stored < rows) {
    stopping.throwIfAborted();
    if (stored >= 0) await sleep(LOOK_EVERY_MS, stopping);
    const [row] = await sql<{ count: number }[]>`
      select count(*)::int as count from events where ${ofRun(sql, run)}`;
    const count = row?.count ?? 0;
    if (count > stored) movedMs = performance.now();
    stored = count;
    if (performance.now() - movedMs > GIVE_UP_AFTER_MS) {
      throw new Error(
        `Waited in vain until all accepted events were stored: ${stored} of ${rows} were`,
      );
    }
  }
}

export type StoredLatency = {
  /** Milliseconds from when an event was due until its row was committed. */
  readonly latency: Omit<Percentiles, "max">;
  /** Since the epoch, when the last row was committed. */
  readonly lastMs: number;
};

/**
 * How long the events of a run took. The server must run with `track_commit_timestamp`.
 *
 * @param startedMs since the epoch, when the run began
 */
export async function storedLatency(
  sql: postgres.Sql,
  { run, startedMs }: { readonly run: string; readonly startedMs: number },
): Promise<StoredLatency> {
  const [row] = await sql<{ percentiles: number[]; lastMs: number }[]>`
    select
      percentile_disc(array[0.5, 0.95, 0.99, 0.999])
        within group (order by stored_ms - ${startedMs}::float8 - due_ms) as percentiles,
      max(stored_ms) as "lastMs"
    from (
      select
        extract(epoch from pg_xact_commit_timestamp(xmin))::float8 * 1000 as stored_ms,
        (payload ->> ${DUE_MS})::float8 as due_ms
      from events where ${ofRun(sql, run)}
    ) as of_run`;
  const [p50 = NaN, p95 = NaN, p99 = NaN, p999 = NaN] = row?.percentiles ?? [];
  return { latency: { p50, p95, p99, p999 }, lastMs: row?.lastMs ?? NaN };
}

/** Without those of its warm-up. */
function ofRun(sql: postgres.Sql, run: string) {
  return sql`starts_with(event_id, ${`evt_${run}_`})`;
}
