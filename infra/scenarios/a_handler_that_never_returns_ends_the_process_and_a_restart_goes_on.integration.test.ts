import assert from "node:assert/strict";
import { test } from "node:test";
import { exitCodes } from "#runtime/errors.ts";
import { readinessOf } from "#local/service_jobs.ts";
import { assertBalanced } from "#kit/audit.ts";
import { markedRecord, startMisbehaving } from "#kit/misbehaviour.ts";
import { rowsStored } from "#kit/outcomes.ts";
import { eventRecord } from "#kit/payment.ts";
import { openPipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { untilFinished } from "#kit/proof.ts";
import { until } from "#kit/until.ts";

const GOOD = 300;
const PAYMENTS = 30;

test("a handler that never returns makes the worker unready, ends the process, and a restart goes on", () =>
  withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes, {
      env: {
        // More than it takes to join the group.
        EVENTFLOW_STALL_UNREADY_MS: "10000",
        EVENTFLOW_STALL_EXIT_MS: "20000",
        // For as long it says so before it ends.
        EVENTFLOW_DRAIN_TIMEOUT_MS: "20000",
      },
    });
    const { cluster, topics } = pipeline;
    const events = [
      ...Array.from(
        { length: GOOD },
        (_, n) => eventRecord(`event-${n}`, `pay-${n % PAYMENTS}`),
      ),
      markedRecord("pay-1"),
    ];
    await cluster.write(topics.raw, events);

    await startMisbehaving(processes, pipeline, "hang");
    await until("the validator said that it stands still", async () => {
      const { reason } = await readinessOf(pipeline.url("validator"));
      return /an attempt on partition \d has taken \d+ s/.test(reason);
    });
    const { code } = await processes.exited("validator");
    assert.equal(code, exitCodes.stalled);
    assert.equal(await pipeline.isFinished("validator"), false);

    await pipeline.start("validator", "persistence");
    await untilFinished(pipeline);
    assert.equal(await rowsStored(pipeline), events.length);
    assert.deepEqual(await cluster.readAll(topics.deadLetters), []);
    await assertBalanced(pipeline, events.map(({ eventId }) => eventId));
  }));
