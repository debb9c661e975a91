import assert from "node:assert/strict";
import { test } from "node:test";
import { assertBalanced } from "#kit/audit.ts";
import { markedRecord, startMisbehaving } from "#kit/misbehaviour.ts";
import { deadLetters } from "#kit/outcomes.ts";
import { eventRecord } from "#kit/payment.ts";
import { openPipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { untilFinished } from "#kit/proof.ts";
import { until } from "#kit/until.ts";

const GOOD = 300;
const PAYMENTS = 30;
const MARKED = 7;

test("one key that brings out a bug is poison, and others pass", () =>
  withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes);
    const { cluster, topics, sql } = pipeline;
    const good = Array.from(
      { length: GOOD },
      (_, n) => eventRecord(`event-${n}`, `pay-${n % PAYMENTS}`),
    );
    // As many in a row as an outage has keys, and more: but of one payment, so they are one key.
    const marked = Array.from({ length: MARKED }, () => markedRecord("pay-7"));
    await cluster.write(topics.raw, [
      ...good.slice(0, GOOD / 2),
      ...marked,
      ...good.slice(GOOD / 2),
    ]);

    await startMisbehaving(processes, pipeline, "throwTypeError");
    await until(
      "the validator had finished its topic",
      () => pipeline.isFinished("validator"),
    );
    await pipeline.start("persistence");
    await untilFinished(pipeline);

    const letters = await deadLetters(pipeline);
    assert.deepEqual(
      letters.map(({ error_code, original }) => [
        error_code,
        atob(original.value_base64 ?? ""),
      ]),
      marked.map(({ value }) => ["unexpected_error", value]),
    );
    assert.match(letters[0]?.error_message ?? "", /^TypeError: /);
    const rows = await sql<{ event_id: string }[]>`select event_id from events`;
    assert.deepEqual(
      rows.map(({ event_id }) => event_id).sort(),
      good.map(({ eventId }) => eventId).sort(),
    );
    await assertBalanced(
      pipeline,
      [...good, ...marked].map(({ eventId }) => eventId),
    );
  }));
