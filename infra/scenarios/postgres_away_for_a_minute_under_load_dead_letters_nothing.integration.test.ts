import assert from "node:assert/strict";
import { test } from "node:test";
import { sleep } from "#runtime/backoff.ts";
import { readinessOf } from "#local/service_jobs.ts";
import { untilItSays } from "#kit/flowing.ts";
import { startLoad } from "#kit/load.ts";
import { deadLetters, rowsStored } from "#kit/outcomes.ts";
import { startPostgres } from "#kit/own_servers.ts";
import { openPipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { assertAccepting, proveNothingLostOrDoubled } from "#kit/proof.ts";
import { until } from "#kit/until.ts";

const AWAY_MS = 60_000;

test("PostgreSQL away for a minute under load dead-letters nothing", () =>
  withProcesses(async (processes) => {
    const postgres = await startPostgres(processes);
    await using pipeline = await openPipeline(processes, { postgres });
    await pipeline.start("intake", "validator", "persistence");
    const persistence = () => readinessOf(pipeline.url("persistence"));
    await using load = startLoad({
      intake: pipeline.url("intake"),
      perSecond: 50,
    });
    await until(
      "the first rows",
      async () => await rowsStored(pipeline) > 100,
    );

    await processes.stop("postgres");
    const acceptedBefore = load.accepted.length;
    const untilItSaysSo = () =>
      untilItSays(pipeline, "persistence", /No answer from database/);
    await untilItSaysSo();
    await sleep(AWAY_MS);
    assert.ok(load.accepted.length > acceptedBefore, "events come in");
    await untilItSaysSo();

    await processes.restart("postgres");
    await until(
      "persistence was ready",
      async () => (await persistence()).ready,
    );
    await load.stop();
    assertAccepting(load.statuses);
    await proveNothingLostOrDoubled(pipeline, load.accepted);
    assert.deepEqual(
      new Set((await deadLetters(pipeline)).map((one) => one.failed_service)),
      new Set(["validator-service"]),
    );
  }));
