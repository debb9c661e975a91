import assert from "node:assert/strict";
import { test } from "node:test";
import { goOnWithout } from "#kit/go_on_without.ts";
import { startLoad } from "#kit/load.ts";
import { smallBatches } from "#kit/mid_batch.ts";
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
    await goOnWithout(processes, pipeline, {
      worker: "enrichment",
      others,
      load,
    });

    await processes.restart("enrichment");
    await proveNothingLostOrDoubled(pipeline, load.accepted);
    assert.equal(
      (await cluster.readAll(topics.enriched)).length,
      (await cluster.readAll(topics.validated)).length,
    );
  }));
