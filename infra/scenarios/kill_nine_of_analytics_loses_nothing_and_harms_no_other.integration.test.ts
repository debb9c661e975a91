import assert from "node:assert/strict";
import { test } from "node:test";
import { readinessOf } from "#local/service_jobs.ts";
import { startLoad } from "#kit/load.ts";
import { pauseMidBatch, smallBatches } from "#kit/mid_batch.ts";
import { rowsStored } from "#kit/outcomes.ts";
import { openPipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { proveNothingLostOrDoubled } from "#kit/proof.ts";
import { until } from "#kit/until.ts";

const KILLS = 3;

test("kill -9 of analytics loses nothing and harms no other", () =>
  withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes, { env: smallBatches });
    const { cluster } = pipeline;
    await pipeline.start("intake", "validator", "analytics", "persistence");
    await using load = startLoad({ intake: pipeline.url("intake") });
    const { group, topic } = pipeline.input("analytics");

    for (let kill = 0; kill < KILLS; kill++) {
      await pauseMidBatch(processes, pipeline, "analytics");
      await processes.kill("analytics");
      const position = await cluster.admin.positions(group, topic);
      const rows = await rowsStored(pipeline);
      await until(
        "rows were made without analytics",
        async () => await rowsStored(pipeline) > rows + 100,
      );
      for (const other of ["intake", "validator", "persistence"]) {
        await until(
          `${other} was ready`,
          async () => (await readinessOf(pipeline.url(other))).ready,
        );
      }
      assert.deepEqual(
        await cluster.admin.positions(group, topic),
        position,
        "nobody moves its position while it is away",
      );
      await processes.restart("analytics");
    }
    await load.stop();
    await proveNothingLostOrDoubled(pipeline, load.accepted);
  }));
