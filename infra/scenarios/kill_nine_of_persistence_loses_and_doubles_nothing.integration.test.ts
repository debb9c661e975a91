import assert from "node:assert/strict";
import { test } from "node:test";
import { startLoad } from "#kit/load.ts";
import { pauseMidBatch, progressOf, smallBatches } from "#kit/mid_batch.ts";
import { openPipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { proveNothingLostOrDoubled } from "#kit/proof.ts";
import { until } from "#kit/until.ts";

const KILLS = 3;

test("kill -9 of persistence loses and doubles nothing", () =>
  withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes, { env: smallBatches });
    await pipeline.start("intake", "validator", "analytics", "persistence");
    await using load = startLoad({ intake: pipeline.url("intake") });
    let metAgain = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      // Rows are stored whose records' positions are not committed: they are handed to it again.
      await pauseMidBatch(processes, pipeline, "persistence");
      await processes.kill("persistence");
      const hasGoneOn = await progressOf(pipeline, "persistence");
      await processes.restart("persistence");
      await until("persistence had gone on", hasGoneOn);
      metAgain += await pipeline.metric(
        "persistence",
        "eventflow_persistence_stored_earlier_total",
      ) ?? 0;
    }
    await load.stop();
    await proveNothingLostOrDoubled(pipeline, load.accepted);
    // Not after every kill, for a commit that was on its way may still have arrived.
    assert.ok(metAgain > 0, "rows that were there before were met again");
  }));
