import assert from "node:assert/strict";
import { readinessOf } from "#local/service_jobs.ts";
import { assertBalanced } from "./audit.ts";
import type { Load } from "./load.ts";
import { rowsStored } from "./outcomes.ts";
import type { Pipeline, WorkerName } from "./pipeline.ts";
import type { Processes } from "./processes.ts";
import { until } from "./until.ts";

/**
 * Kills a worker that no payment waits for, and shows that all others go on and finish what comes: it alone stays behind, and
 * the audit takes what it has not read for in flight. The worker is down when this resolves, and the load over.
 *
 * @param others workers that run beside it
 */
export async function goOnWithout(
  processes: Processes,
  pipeline: Pipeline,
  { worker, others, load }: {
    readonly worker: WorkerName;
    readonly others: readonly WorkerName[];
    readonly load: Load;
  },
): Promise<void> {
  const { admin } = pipeline.cluster;
  const { group, topic } = pipeline.input(worker);
  await processes.kill(worker);
  const position = await admin.positions(group, topic);
  const rows = await rowsStored(pipeline);
  await until(
    `rows were made without ${worker}`,
    async () => await rowsStored(pipeline) > rows + 200,
  );
  for (const other of ["intake", ...others]) {
    await until(
      `${other} was ready`,
      async () => (await readinessOf(pipeline.url(other))).ready,
    );
  }
  await load.stop();
  for (const other of others) {
    await until(`${other} was finished`, () => pipeline.isFinished(other));
  }
  assert.deepEqual(await admin.positions(group, topic), position);
  assert.ok(await pipeline.lag(group, topic) > 0);
  // What it has not read is in flight, and nothing is missing.
  await assertBalanced(pipeline, load.accepted.map(({ eventId }) => eventId));
}
