import assert from "node:assert/strict";
import { test } from "node:test";
import { readinessOf } from "#local/service_jobs.ts";
import { assertBalanced } from "#kit/audit.ts";
import { startLoad } from "#kit/load.ts";
import { pauseMidBatch, progressOf, smallBatches } from "#kit/mid_batch.ts";
import { rowsStored } from "#kit/outcomes.ts";
import { openPipeline, type WorkerName } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { proveNothingLostOrDoubled } from "#kit/proof.ts";
import { until } from "#kit/until.ts";

const KILLS = 2;

const others: readonly WorkerName[] = [
  "validator",
  "persistence",
  "enrichment",
];

test("kill -9 of the enriched writer loses and doubles nothing, and changes nothing else while it is down", () =>
  withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes, { env: smallBatches });
    const { cluster, sql } = pipeline;
    await pipeline.start("intake", ...others, "enriched_writer");
    await using load = startLoad({ intake: pipeline.url("intake") });
    const { group, topic } = pipeline.input("enriched_writer");
    for (let kill = 0; kill < KILLS; kill++) {
      // Rows are stored whose records' positions are not committed: they are handed to it again.
      await pauseMidBatch(processes, pipeline, "enriched_writer");
      await processes.kill("enriched_writer");
      const hasGoneOn = await progressOf(pipeline, "enriched_writer");
      await processes.restart("enriched_writer");
      await until("the enriched writer had gone on", hasGoneOn);
    }

    await processes.kill("enriched_writer");
    const position = await cluster.admin.positions(group, topic);
    const rows = await rowsStored(pipeline);
    await until(
      "rows were made without it",
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

    await processes.restart("enriched_writer");
    await proveNothingLostOrDoubled(pipeline, load.accepted);
    const [apart] = await sql<{ count: number }[]>`
      select count(*)::integer as count
      from events full join enriched_events using (event_id, event_type, source, payment_id)
      where events.payload is null or enriched_events.enrichment is null`;
    assert.equal(apart?.count, 0, "each event has its row in both tables");
  }));
