import { test } from "node:test";
import { startLoad } from "#kit/load.ts";
import { pauseMidBatch, smallBatches } from "#kit/mid_batch.ts";
import { openPipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { proveNothingLostOrDoubled } from "#kit/proof.ts";

const KILLS = 3;

test("kill -9 of the validator loses and doubles nothing", () =>
  withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes, { env: smallBatches });
    await pipeline.start("intake", "validator", "analytics", "persistence");
    await using load = startLoad({ intake: pipeline.url("intake") });

    for (let kill = 0; kill < KILLS; kill++) {
      // A transaction is open: its records are written, and must not count.
      await pauseMidBatch(processes, pipeline, "validator");
      await processes.kill("validator");
      await processes.restart("validator");
    }
    await load.stop();
    await proveNothingLostOrDoubled(pipeline, load.accepted);
  }));
