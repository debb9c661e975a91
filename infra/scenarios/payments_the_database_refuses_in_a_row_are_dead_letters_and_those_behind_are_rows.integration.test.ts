import assert from "node:assert/strict";
import { test } from "node:test";
import { untilReady } from "#kit/flowing.ts";
import { assertBalanced } from "#kit/audit.ts";
import { deadLetters } from "#kit/outcomes.ts";
import { eventRecord } from "#kit/payment.ts";
import { openPipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { untilFinished } from "#kit/proof.ts";

/** Four times as many payments as an outage has keys. */
const REFUSED = 20;
const GOOD = 20;

test("payments the database refuses, in a row, are dead letters, and those behind them are rows", () =>
  withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes);
    const { cluster, topics, sql } = pipeline;
    await sql`alter table events add check (payload->>'note' <> 'refuse')`;
    const refused = Array.from({ length: REFUSED }, (_, n) => {
      const event = eventRecord(`refused-${n}`, `pay-${n}`);
      const value = event.value.replace(/}}$/, `,"note":"refuse"}}`);
      return { ...event, value };
    });
    const good = Array.from(
      { length: GOOD },
      (_, n) => eventRecord(`good-${n}`, `pay-${n}`),
    );
    await pipeline.start("validator", "persistence");
    await cluster.write(topics.raw, refused);
    await cluster.write(topics.raw, good);
    await untilFinished(pipeline);

    const letters = await deadLetters(pipeline);
    assert.deepEqual(
      letters.map(({ failed_service, error_code, original }) => [
        failed_service,
        error_code,
        atob(original.value_base64 ?? ""),
      ]).sort(),
      refused.map(({ value }) => ["persistence-writer", "not_storable", value])
        .sort(),
    );
    const rows = await sql<{ event_id: string }[]>`select event_id from events`;
    assert.deepEqual(
      rows.map(({ event_id }) => event_id).sort(),
      good.map(({ eventId }) => eventId).sort(),
    );
    await untilReady(pipeline, ["persistence"]);
    await assertBalanced(
      pipeline,
      [...refused, ...good].map(({ eventId }) => eventId),
    );
  }));
