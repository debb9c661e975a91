import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { promisify } from "node:util";
import { repositoryRoot } from "#local/home.ts";
import { backUp } from "#kit/base_backup.ts";
import { untilFlowing } from "#kit/flowing.ts";
import { startLoad } from "#kit/load.ts";
import { deadLetters, rowsStored } from "#kit/outcomes.ts";
import { startPostgres } from "#kit/own_servers.ts";
import { openPipeline, type Pipeline, type WorkerName } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { proveNothingLostOrDoubled } from "#kit/proof.ts";
import { until } from "#kit/until.ts";

/** Whoever keeps tables. The desk's are a cache, which it brings up to date by itself. */
const writers = ["persistence", "enriched_writer"] as const;
const EVENTS_PER_SECOND = 60;

test("a database restored from a backup has every event again, once its groups have gone back", () =>
  withProcesses(async (processes) => {
    const postgres = await startPostgres(processes);
    await using pipeline = await openPipeline(processes, { postgres });
    await pipeline.start(
      "intake",
      "validator",
      "enrichment",
      "dead_letter_desk",
      ...writers,
    );
    await using load = startLoad({
      intake: pipeline.url("intake"),
      perSecond: EVENTS_PER_SECOND,
    });
    await untilFlowing(pipeline, load, "before the backup");
    // All that Kafka had by then is in the backup.
    const since = new Date().toISOString();
    await Promise.all(writers.map((one) => untilStored(pipeline, one)));
    const backup = await backUp(pipeline.sql, pipeline.folder);
    const backedUp = await rowsStored(pipeline);
    await untilFlowing(pipeline, load, "behind the backup");

    await processes.kill("postgres");
    for (const one of [...writers, "dead_letter_desk"] as const) {
      await processes.stop(one);
    }
    await backup.restore();
    await processes.restart("postgres");
    const restored = await rowsStored(pipeline);
    assert.ok(restored <= backedUp, `${restored} rows, not ${backedUp}`);
    for (const one of writers) {
      const { stdout } = await goBack(pipeline, one, since);
      assert.match(stdout, /^ +repeated: /m);
    }
    await Promise.all([
      ...writers.map((one) => processes.restart(one)),
      processes.restart("dead_letter_desk"),
    ]);
    await untilFlowing(pipeline, load, "into the restored database");

    await load.stop();
    await proveNothingLostOrDoubled(pipeline, load.accepted);
    const [row] = await pipeline.sql<{ letters: number }[]>`
      select count(*)::int as letters from desk.letters`;
    assert.equal(row?.letters, (await deadLetters(pipeline)).length);
  }));

/** Waits until a worker has finished all that its topic has now. */
async function untilStored(
  { cluster: { admin }, input }: Pipeline,
  worker: WorkerName,
): Promise<void> {
  const { group, topic } = input(worker);
  const ends = await admin.endOffsets(topic);
  await until(`${worker} had stored what was there`, async () => {
    const positions = await admin.positions(group, topic);
    return [...ends].every(([partition, end]) =>
      end <= (positions.get(partition) ?? 0)
    );
  });
}

/** `deno task positions`, as docs/backup.md has it. */
async function goBack(
  { environment, input }: Pipeline,
  worker: WorkerName,
  since: string,
): Promise<{ stdout: string }> {
  const program = join(repositoryRoot, "infra/operations/positions/main.ts");
  return await promisify(execFile)(process.execPath, [
    ...["run", "--allow-all", "--no-check", program],
    `--group=${input(worker).group}`,
    `--to=${since}`,
    "--reason=the database was restored from a backup",
    "--apply",
  ], {
    cwd: repositoryRoot,
    env: { ...process.env, ...environment },
  });
}
