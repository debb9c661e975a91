import assert from "node:assert/strict";
import { test } from "node:test";
import { readinessOf } from "#local/service_jobs.ts";
import { assertBalanced } from "#kit/audit.ts";
import { startLoad } from "#kit/load.ts";
import { smallBatches } from "#kit/mid_batch.ts";
import { rowsStored } from "#kit/outcomes.ts";
import { openPipeline, type WorkerName } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { proveNothingLostOrDoubled } from "#kit/proof.ts";
import { until } from "#kit/until.ts";

const others: readonly WorkerName[] = ["validator", "analytics", "persistence"];

test("enrichment that is down changes nothing else, and is made up for when it is back", () =>
  withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes, { env: smallBatches });
    const { cluster, topics } = pipeline;
    await pipeline.start(
      "intake",
      "validator",
      "analytics",
      "persistence",
      "enrichment",
    );
    await using load = startLoad({ intake: pipeline.url("intake") });
    const { group, topic } = pipeline.input("enrichment");
    await until(
      "some were enriched",
      async () => (await cluster.admin.positions(group, topic)).size > 0,
    );
    await processes.kill("enrichment");
    const position = await cluster.admin.positions(group, topic);
    const rows = await rowsStored(pipeline);
    await until(
      "rows were made without enrichment",
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
    assert.deepEqual(await cluster.admin.positions(group, topic), position);
    assert.ok(await pipeline.lag(group, topic) > 0);
    // What it has not read is in flight, and nothing is missing.
    await assertBalanced(
      pipeline,
      load.accepted.map(({ eventId }) => eventId),
    );

    await processes.restart("enrichment");
    await proveNothingLostOrDoubled(pipeline, load.accepted);
    assert.equal(
      (await cluster.readAll(topics.enriched)).length,
      (await cluster.readAll(topics.validated)).length,
    );
  }));
