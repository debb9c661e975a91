import assert from "node:assert/strict";
import { test } from "node:test";
import { assignmentsOf } from "#kit/assignments.ts";
import { startLoad } from "#kit/load.ts";
import { hasBegun, pauseMidBatch, smallBatches } from "#kit/mid_batch.ts";
import { openPipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import {
  assertOneRecordAnAnswer,
  proveNothingLostOrDoubled,
} from "#kit/proof.ts";

test("SIGTERM mid-batch loses and repeats nothing", () =>
  withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes, { env: smallBatches });
    const { cluster, groups } = pipeline;
    await pipeline.start("intake", "validator", "analytics", "persistence");
    await using load = startLoad({ intake: pipeline.url("intake") });

    let assigned = 0;
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
      assigned = await assignmentsOf(processes, worker);
      await processes.restart(worker);
    }
    await load.stop();
    await proveNothingLostOrDoubled(pipeline, load.accepted);

    await assertOneRecordAnAnswer(pipeline, load.statuses);
    const handedTwice = await pipeline.metric(
      "persistence",
      "eventflow_persistence_stored_earlier_total",
    );
    // Records of a member that its group has missed are handed to it again, and rightly so.
    const wasMissed =
      await assignmentsOf(processes, "persistence") > assigned + 1;
    assert.ok(
      handedTwice === 0 || wasMissed,
      `${handedTwice} records were handed to persistence twice`,
    );
  }));
