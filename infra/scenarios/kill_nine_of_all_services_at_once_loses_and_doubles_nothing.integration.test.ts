import { test } from "node:test";
import { startLoad } from "#kit/load.ts";
import { pauseMidBatch, smallBatches } from "#kit/mid_batch.ts";
import { openPipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { proveNothingLostOrDoubled } from "#kit/proof.ts";
import { until } from "#kit/until.ts";

const KILLS = 3;
const all = ["intake", "validator", "analytics", "persistence"] as const;

test("kill -9 of all services at once loses and doubles nothing", () =>
  withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes, { env: smallBatches });
    await pipeline.start(...all);
    await using load = startLoad({ intake: pipeline.url("intake") });

    for (let kill = 0; kill < KILLS; kill++) {
      const before = load.accepted.length;
      await until(
        "more was accepted",
        () => load.accepted.length > before + 300,
      );
      // Left to chance, a kill may find nobody in the middle of anything.
      await pauseMidBatch(processes, pipeline, "validator");
      await Promise.all(all.map((service) => processes.kill(service)));
      await Promise.all(all.map((service) => processes.restart(service)));
    }
    await load.stop();
    await proveNothingLostOrDoubled(pipeline, load.accepted);
  }));
