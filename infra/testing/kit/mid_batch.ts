/**
 * The moments that matter to a worker that is killed, stopped or paused: those in which it has begun
 * something and not finished it.
 *
 * @module
 */
import type { Pipeline, WorkerName } from "./pipeline.ts";
import type { Processes } from "./processes.ts";
import { until } from "./until.ts";

/** Settings with which a backlog is many batches, so that a worker is nearly always within one. */
export const smallBatches = { EVENTFLOW_BATCH_MAX_RECORDS: "20" };

const ATTEMPTS = 100;

/** Records that a worker is let fall behind by. */
const BACKLOG = 200;

/**
 * Pauses a worker (SIGSTOP) while it works off a backlog, and leaves it so, to be killed or woken. The
 * backlog is made first, because under the load alone a worker mostly waits.
 *
 * @param worker is alone in its group
 */
export async function pauseMidBatch(
  processes: Processes,
  pipeline: Pipeline,
  worker: WorkerName,
): Promise<void> {
  const { group, topic } = pipeline.input(worker);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    processes.pause(worker);
    await until(
      `${worker} was behind`,
      async () => await pipeline.lag(group, topic) > BACKLOG,
    );
    const isAtWork = await progressOf(pipeline, worker);
    processes.wake(worker);
    await until(`${worker} was at work`, isAtWork, { everyMs: 1 });
    processes.pause(worker);
    if (await hasBegun(pipeline, worker)) return;
  }
  throw new Error(`${worker} was never met in the middle of a batch`);
}

/** Resolves with a function that tells whether a worker has finished anything since. */
export async function progressOf(
  { cluster, input }: Pipeline,
  worker: WorkerName,
): Promise<() => Promise<boolean>> {
  const { group, topic } = input(worker);
  const finished = async () => {
    const positions = await cluster.admin.positions(group, topic);
    return [...positions.values()].reduce((sum, one) => sum + one, 0);
  };
  const before = await finished();
  return async () => await finished() > before;
}

/** Whether a worker that does nothing at present has begun something that its position does not say yet. */
export async function hasBegun(
  { cluster, topics, sql, input, lag }: Pipeline,
  worker: WorkerName,
): Promise<boolean> {
  const { group, topic } = input(worker);
  switch (worker) {
    case "validator": {
      // A transaction is open. The end is asked for last, so that none ends in between.
      const written = await cluster.admin.highWatermarks(topics.validated);
      const ends = await cluster.admin.endOffsets(topics.validated);
      return [...written].some(([partition, high]) =>
        high > (ends.get(partition) ?? high)
      );
    }
    case "persistence":
    case "enriched_writer": {
      const table = worker === "persistence" ? "events" : "enriched_events";
      const stored = await sql<{ partition: number; next: string }[]>`
        select source_partition as partition, max(source_offset) + 1 as next
        from ${sql(table)} group by source_partition`;
      const positions = await cluster.admin.positions(group, topic);
      return stored.some(({ partition, next }) =>
        Number(next) > (positions.get(partition) ?? 0)
      );
    }
    default:
      // What it has begun shows nowhere.
      return await lag(group, topic) > 0;
  }
}
