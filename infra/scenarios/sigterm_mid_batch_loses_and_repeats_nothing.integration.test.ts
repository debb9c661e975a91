import assert from "node:assert/strict";
import { test } from "node:test";
import { startLoad } from "./load.ts";
import { hasBegun, pauseMidBatch, smallChunks } from "./mid_batch.ts";
import { openPipeline } from "./pipeline.ts";
import { withProcesses } from "./processes.ts";
import { assertOneRecordAnAnswer, proveNothingLostOrDoubled } from "./proof.ts";

test("SIGTERM mid-batch loses and repeats nothing", () =>
  withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes, { env: smallChunks });
    const { cluster, groups } = pipeline;
    await pipeline.start("intake", "validator", "analytics", "persistence");
    await using load = startLoad({ intake: pipeline.url("intake") });

    for (const worker of ["validator", "analytics", "persistence"] as const) {
      await pauseMidBatch(processes, pipeline, worker);
      // What it finds when it goes on, with a batch in hand.
      const stopping = processes.stop(worker);
      processes.wake(worker);
      assert.deepEqual(await stopping, { code: 0, signal: null }, worker);

      if (worker !== "analytics") {
        assert.equal(
          await hasBegun(pipeline, worker),
          false,
          `what ${worker} had begun it has finished`,
        );
      }
      assert.equal(
        await cluster.admin.members(groups[worker]),
        0,
        `${worker} has left its group, so that another takes over at once`,
      );
      await processes.restart(worker);
    }
    await load.stop();
    await proveNothingLostOrDoubled(pipeline, load.accepted);

    await assertOneRecordAnAnswer(pipeline, load.statuses);
    assert.equal(
      await pipeline.metric(
        "persistence",
        "eventflow_persistence_stored_earlier_total",
      ),
      0,
      "no record was handed to persistence twice",
    );
  }));
