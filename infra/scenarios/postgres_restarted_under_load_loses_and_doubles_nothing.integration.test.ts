import { test } from "node:test";
import { startLoad } from "#kit/load.ts";
import { rowsStored } from "#kit/outcomes.ts";
import { startPostgres } from "#kit/own_servers.ts";
import { openPipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { assertAccepting, proveNothingLostOrDoubled } from "#kit/proof.ts";
import { until } from "#kit/until.ts";

test("PostgreSQL restarted under load, in order and by kill -9, loses and doubles nothing", () =>
  withProcesses(async (processes) => {
    const postgres = await startPostgres(processes);
    await using pipeline = await openPipeline(processes, { postgres });
    await pipeline.start("intake", "validator", "persistence");
    await using load = startLoad({ intake: pipeline.url("intake") });
    const untilRowsGrow = async () => {
      const before = await rowsStored(pipeline);
      await until(
        "rows were made",
        async () => await rowsStored(pipeline) > before + 100,
      );
    };

    const retries = async () =>
      await pipeline.metric(
        "persistence",
        "eventflow_persistence_processing_errors_total",
      ) ?? 0;

    for (const end of ["stop", "kill", "stop", "kill"] as const) {
      await untilRowsGrow();
      const before = await retries();
      await processes[end]("postgres");
      // Its start takes a tenth of a second, which persistence may well not notice.
      await until("persistence met it", async () => await retries() > before);
      await processes.restart("postgres");
    }
    await untilRowsGrow();
    await load.stop();
    assertAccepting(load.statuses);
    await proveNothingLostOrDoubled(pipeline, load.accepted);
  }));
