import assert from "node:assert/strict";
import { test } from "node:test";
import { startLoad } from "#kit/load.ts";
import { smallBatches } from "#kit/mid_batch.ts";
import { openPipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { proveNothingLostOrDoubled } from "#kit/proof.ts";
import { until } from "#kit/until.ts";

const SHARE = 200;

test("a second validator that joins and leaves loses and doubles nothing", () =>
  withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes, { env: smallBatches });
    await pipeline.start("intake", "validator", "analytics", "persistence");
    await using load = startLoad({ intake: pipeline.url("intake") });
    const validatedBy = async (name: string) =>
      await pipeline.metric(
        name,
        "eventflow_validator_events_validated_total",
      ) ??
        0;
    const untilSharing = async (...names: string[]) => {
      for (const name of names) {
        const before = await validatedBy(name);
        await until(
          `${name} had its share`,
          async () => await validatedBy(name) > before + SHARE,
        );
      }
    };

    await pipeline.startAnother("validator", "validator-2");
    await untilSharing("validator", "validator-2");
    assert.deepEqual(await processes.stop("validator-2"), {
      code: 0,
      signal: null,
    });
    await untilSharing("validator");

    await processes.restart("validator-2");
    await untilSharing("validator", "validator-2");
    await processes.kill("validator-2");
    await untilSharing("validator");

    await load.stop();
    await proveNothingLostOrDoubled(pipeline, load.accepted);
  }));
