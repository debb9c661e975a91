import assert from "node:assert/strict";
import { test } from "node:test";
import { assertBalanced } from "#kit/audit.ts";
import { deadLetters } from "#kit/outcomes.ts";
import { eventRecord, paymentJson } from "#kit/payment.ts";
import { openPipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { untilFinished } from "#kit/proof.ts";

const BATCH = 500;

/** What is wrong with the record in the middle, and who notices. */
const poisons = [
  {
    what: "the validator refuses",
    service: "validator-service",
    code: "contract_violation",
    spoilt: { currency: "eur" },
  },
  {
    what: "only the database refuses",
    service: "persistence-writer",
    code: "not_storable",
    spoilt: { more: '"note":"refuse"' },
  },
];

for (const { what, service, code, spoilt } of poisons) {
  test(`a poison record that ${what} amid a batch of 500 is one dead letter, and its neighbours are rows`, () =>
    withProcesses(async (processes) => {
      await using pipeline = await openPipeline(processes, {
        env: { EVENTFLOW_BATCH_MAX_RECORDS: `${BATCH}` },
      });
      const { cluster, topics, sql } = pipeline;
      const events = Array.from({ length: BATCH }, (_, n) => {
        const event = eventRecord(`event-${n}`, "pay-1");
        if (n !== BATCH / 2) return event;
        const { eventId, key: paymentId } = event;
        const value = paymentJson({ eventId, paymentId, ...spoilt });
        return { ...event, value };
      });
      await sql`alter table events add check (payload->>'note' <> 'refuse')`;
      await cluster.write(topics.raw, events);
      // One after the other, so that each finds the whole batch waiting.
      await pipeline.start("validator");
      await untilFinished(pipeline);
      await pipeline.start("persistence");
      await untilFinished(pipeline);

      const [poison] = events.splice(BATCH / 2, 1);
      const rows = await sql<{ event_id: string }[]>`
        select event_id from events order by stored_at, source_offset`;
      assert.deepEqual(
        rows.map(({ event_id }) => event_id),
        events.map(({ eventId }) => eventId),
      );
      const letters = await deadLetters(pipeline);
      assert.deepEqual(
        letters.map(({ failed_service, error_code, event }) => ({
          failed_service,
          error_code,
          event,
        })),
        [{
          failed_service: service,
          error_code: code,
          event: JSON.parse(poison?.value ?? ""),
        }],
      );
      // The letter and the marker behind it: it was written in one transaction.
      assert.deepEqual(
        await cluster.admin.endOffsets(topics.deadLetters),
        new Map([[0, 2]]),
      );
      // And so was all that the validator let pass, with one marker behind it.
      const [end] = [...(await cluster.admin.endOffsets(topics.validated))]
        .map(([, offset]) => offset).filter((offset) => offset > 0);
      const passed = service === "validator-service" ? BATCH - 1 : BATCH;
      assert.equal(end, passed + 1);
      await assertBalanced(
        pipeline,
        [...events, ...poison ? [poison] : []].map(({ eventId }) => eventId),
      );
    }));
}
