import assert from "node:assert/strict";
import { test } from "node:test";
import { assignmentsOf } from "#kit/assignments.ts";
import { assertBalanced } from "#kit/audit.ts";
import {
  HANDLED_METRIC,
  markedRecord,
  startMisbehaving,
} from "#kit/misbehaviour.ts";
import { rowsStored } from "#kit/outcomes.ts";
import { eventRecord } from "#kit/payment.ts";
import { openPipeline } from "#kit/pipeline.ts";
import { type Processes, withProcesses } from "#kit/processes.ts";
import { untilFinished } from "#kit/proof.ts";
import { until } from "#kit/until.ts";

const GOOD = 300;
const PAYMENTS = 30;

/** A machine that has other work may keep a worker from its heartbeats for a whole session. */
const TRIES = 3;

test("a handler slower than the session keeps its partitions, and handles each record once", async () => {
  for (let tries = 1; tries <= TRIES; tries++) {
    let hasKept = false;
    await withProcesses(async (processes) => {
      hasKept = await keepsItsPartitions(processes);
    });
    if (hasKept) return;
  }
  assert.fail(`it lost its partitions in each of ${TRIES} tries`);
});

/** @returns whether it kept its partitions; whether or not, nothing may be lost or doubled */
async function keepsItsPartitions(processes: Processes): Promise<boolean> {
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
  const hasKept = await assignmentsOf(processes, "validator") === 1;
  if (hasKept) {
    assert.equal(
      await pipeline.metric("validator", HANDLED_METRIC),
      events.length,
    );
  }
  assert.equal(
    (await cluster.readAll(topics.validated)).length,
    events.length,
  );

  await pipeline.start("persistence");
  await untilFinished(pipeline);
  assert.equal(await rowsStored(pipeline), events.length);
  assert.deepEqual(await cluster.readAll(topics.deadLetters), []);
  await assertBalanced(pipeline, events.map(({ eventId }) => eventId));
  return hasKept;
}
