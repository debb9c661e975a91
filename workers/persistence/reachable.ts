import { sleep } from "#runtime/backoff.ts";
import type { Metrics } from "#runtime/metrics.ts";
import type { Database } from "#runtime/postgres/database.ts";

/** How old what is known of the database may be while no payment comes. */
const MAX_QUIET_MS = 2_000;

type Asked = Pick<Database, "answers" | "quietMs" | "use">;

/** Tells whether the database answers. */
export function measureReachable(
  metrics: Metrics,
  database: Pick<Asked, "answers">,
): void {
  metrics.measured({
    name: "eventflow_persistence_database_reachable",
    answers: "Does PostgreSQL answer, also while no payment comes?",
    help: "1 while PostgreSQL answers persistence, else 0.",
    measure: () => database.answers ? 1 : 0,
  });
}

/** Asks the database something whenever nobody has for a while, so that it is missed in a quiet night too. */
export async function keepAsking(
  database: Asked,
  { signal, maxQuietMs = MAX_QUIET_MS }: {
    signal: AbortSignal;
    maxQuietMs?: number;
  },
): Promise<void> {
  while (!signal.aborted) {
    await sleep(maxQuietMs, signal);
    if (signal.aborted || database.quietMs < maxQuietMs) continue;
    // That it failed is what `answers` says then.
    await database.use((sql) => sql`select 1`).catch(() => {});
  }
}
