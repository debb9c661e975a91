import assert from "node:assert/strict";
import { test } from "node:test";
import { topics as contracts } from "#contracts/topics.ts";
import { untilItSays } from "#kit/flowing.ts";
import { assertBalanced } from "#kit/audit.ts";
import { markedRecord, startMisbehaving } from "#kit/misbehaviour.ts";
import { rowsStored } from "#kit/outcomes.ts";
import { openPipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { untilFinished } from "#kit/proof.ts";
import { until } from "#kit/until.ts";

const PAYMENTS = 60;

test("a bug that hits every key is an outage: nothing is dead-lettered, and a mended program goes on", () =>
  withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes);
    const { cluster, topics, groups } = pipeline;
    const events = Array.from(
      { length: PAYMENTS },
      (_, n) => markedRecord(`pay-${n}`),
    );

    // It is ready until the first of them comes in.
    await startMisbehaving(processes, pipeline, "throwTypeError");
    await cluster.write(topics.raw, events);
    await until("every partition was paused", async () =>
      await pipeline.metric(
        "validator",
        "eventflow_worker_paused_partitions",
        { reason: "outage_suspected" },
      ) === contracts.raw.partitions);
    await untilItSays(
      pipeline,
      "validator",
      /suspected outage: unexpected_error on [5-9] keys in a row/,
    );
    const nothingYet = async () => {
      const { admin } = cluster;
      assert.deepEqual(await cluster.readAll(topics.deadLetters), []);
      assert.deepEqual(await cluster.readAll(topics.validated), []);
      const positions = await admin.positions(groups.validator, topics.raw);
      assert.deepEqual([...positions.values()].filter((one) => one > 0), []);
    };
    await nothingYet();
    await processes.stop("validator");
    await nothingYet();

    await pipeline.start("validator", "persistence");
    await untilFinished(pipeline);
    assert.deepEqual(await cluster.readAll(topics.deadLetters), []);
    assert.equal(await rowsStored(pipeline), PAYMENTS);
    await assertBalanced(pipeline, events.map(({ eventId }) => eventId));
  }));
