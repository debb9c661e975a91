import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { assertBalanced } from "./ledger.ts";
import {
  HANDLED_METRIC,
  markedRecord,
  startMisbehaving,
} from "./misbehaviour.ts";
import { rowsStored } from "./outcomes.ts";
import { eventRecord } from "./payment.ts";
import { openPipeline } from "./pipeline.ts";
import { withProcesses } from "./processes.ts";
import { untilFinished } from "./proof.ts";
import { until } from "./until.ts";

const GOOD = 300;
const PAYMENTS = 30;

test("a handler slower than the session keeps its partitions, and handles each record once", () =>
  withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes);
    const { cluster, topics } = pipeline;
    const events = [
      markedRecord("pay-1"),
      ...Array.from(
        { length: GOOD },
        (_, n) => eventRecord(`event-${n}`, `pay-${n % PAYMENTS}`),
      ),
    ];
    await cluster.write(topics.raw, events);

    await startMisbehaving(processes, pipeline, "beSlow");
    await until(
      "the validator had finished its topic",
      () => pipeline.isFinished("validator"),
    );
    assert.equal(
      await pipeline.metric("validator", HANDLED_METRIC),
      events.length,
    );
    const log = await readFile(processes.logOf("validator"), "utf8");
    assert.equal(log.match(/Assigned partitions/g)?.length, 1);
    assert.equal(
      (await cluster.readAll(topics.validated)).length,
      events.length,
    );

    await pipeline.start("persistence");
    await untilFinished(pipeline);
    assert.equal(await rowsStored(pipeline), events.length);
    assert.deepEqual(await cluster.readAll(topics.deadLetters), []);
    await assertBalanced(pipeline, events.map(({ eventId }) => eventId));
  }));
