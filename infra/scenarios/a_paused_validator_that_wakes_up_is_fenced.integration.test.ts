import assert from "node:assert/strict";
import { test } from "node:test";
import { readinessOf } from "#local/service_jobs.ts";
import { startLoad } from "#kit/load.ts";
import { pauseMidBatch, smallBatches } from "#kit/mid_batch.ts";
import { openPipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { proveNothingLostOrDoubled } from "#kit/proof.ts";
import { until } from "#kit/until.ts";

const PAUSES = 4;

test("a paused validator that wakes up is fenced", () =>
  withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes, { env: smallBatches });
    const { cluster } = pipeline;
    await pipeline.start("intake", "validator", "analytics", "persistence");
    await using load = startLoad({ intake: pipeline.url("intake") });
    const { group, topic } = pipeline.input("validator");
    const failedTries = async () =>
      await pipeline.metric(
        "validator",
        "eventflow_validator_processing_errors_total",
      ) ?? 0;

    let fenced = 0;
    for (let pause = 0; pause < PAUSES; pause++) {
      const failedBefore = await failedTries();
      // It holds every partition, with a transaction open in at least one.
      await pauseMidBatch(processes, pipeline, "validator");
      const left = await cluster.admin.positions(group, topic);
      await pipeline.startAnother("validator", "validator-2");
      await until("the second had moved every position", async () => {
        const positions = await cluster.admin.positions(group, topic);
        return [...left].every(([partition, position]) =>
          (positions.get(partition) ?? 0) > position
        );
      });

      processes.wake("validator");
      // It tries to go on where it was, and learns that it may not.
      await until(
        "the first was a member again",
        async () =>
          await failedTries() > failedBefore &&
          (await readinessOf(pipeline.url("validator"))).ready,
      );
      fenced += await failedTries() - failedBefore;
      assert.deepEqual(await processes.stop("validator-2"), {
        code: 0,
        signal: null,
      });
    }
    console.log(`${fenced} batches were fenced`);
    await load.stop();
    await proveNothingLostOrDoubled(pipeline, load.accepted);
  }));
