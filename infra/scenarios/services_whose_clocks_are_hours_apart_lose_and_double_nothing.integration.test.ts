import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { assertBalanced } from "#kit/audit.ts";
import { startLoad } from "#kit/load.ts";
import { openPipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { proveNothingLostOrDoubled } from "#kit/proof.ts";
import { assertSaneMetrics } from "#kit/sane_metrics.ts";
import { until } from "#kit/until.ts";

const HOUR_MS = 60 * 60_000;

test("services whose clocks are hours apart lose and double nothing", async () => {
  for (const hours of [2, -2]) {
    await withProcesses(async (processes) => {
      await using pipeline = await openPipeline(processes, {
        envOf: {
          validator: clockOffBy(hours),
          analytics: clockOffBy(-hours),
          persistence: clockOffBy(-hours),
        },
      });
      await pipeline.start("intake", "validator", "analytics", "persistence");
      await using load = startLoad({ intake: pipeline.url("intake") });
      await until("much was accepted", () => load.accepted.length > 1_000);
      await load.stop();
      await proveNothingLostOrDoubled(pipeline, load.accepted);

      await assertBalanced(
        pipeline,
        load.accepted.map(({ eventId }) => eventId),
        ["--since=1h"],
      );
      for (const service of pipeline.workers) {
        await assertSaneMetrics(pipeline, service);
      }
    });
  }
});

/** Settings that set a worker's clock off. */
function clockOffBy(hours: number) {
  const clock = fileURLToPath(
    new URL("../testing/kit/shifted_clock.ts", import.meta.url),
  );
  return {
    BUN_OPTIONS: `--preload=${clock}`,
    CLOCK_OFF_MS: `${hours * HOUR_MS}`,
  };
}
