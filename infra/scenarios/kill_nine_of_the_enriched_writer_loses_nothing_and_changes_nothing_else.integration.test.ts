import assert from "node:assert/strict";
import { test } from "node:test";
import { goOnWithout } from "#kit/go_on_without.ts";
import { startLoad } from "#kit/load.ts";
import { pauseMidBatch, progressOf, smallBatches } from "#kit/mid_batch.ts";
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
    const { sql } = pipeline;
    await pipeline.start("intake", ...others, "enriched_writer");
    await using load = startLoad({ intake: pipeline.url("intake") });
    for (let kill = 0; kill < KILLS; kill++) {
      // Rows are stored whose records' positions are not committed: they are handed to it again.
      await pauseMidBatch(processes, pipeline, "enriched_writer");
      await processes.kill("enriched_writer");
      const hasGoneOn = await progressOf(pipeline, "enriched_writer");
      await processes.restart("enriched_writer");
      await until("the enriched writer had gone on", hasGoneOn);
    }

    await goOnWithout(processes, pipeline, {
      worker: "enriched_writer",
      others,
      load,
    });

    await processes.restart("enriched_writer");
    await proveNothingLostOrDoubled(pipeline, load.accepted);
    const [apart] = await sql<{ count: number }[]>`
      select count(*)::integer as count
      from events full join enriched_events using (event_id, event_type, source, payment_id)
      where events.payload is null or enriched_events.enrichment is null`;
    assert.equal(apart?.count, 0, "each event has its row in both tables");
  }));
