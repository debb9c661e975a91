import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { persistenceDatabase } from "#kit/persistence/persistence_database.ts";
import { handled } from "#kit/persistence/test_handler.ts";
import { paymentJson } from "#kit/payment.ts";
import { record } from "#kit/validated_record.ts";

for (const layout of ["whole", "by day"] as const) {
  test(`for any events, however cut into batches, the table ends with the first body of each id, if it is ${layout}`, async () => {
    await using fresh = await persistenceDatabase({ layout });
    const event = fc.record({
      eventId: fc.constantFrom("a", "b", "c"),
      amount: fc.constantFrom("1", "1.0", "2"),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(event, { minLength: 1, maxLength: 6 }), {
          minLength: 1,
          maxLength: 4,
        }),
        async (batches) => {
          await fresh.sql`truncate events`;
          const firsts = new Map<string, number>();
          let offset = 0;
          for (const batch of batches) {
            const expected = batch.map(({ eventId, amount }) => {
              const first = firsts.get(eventId);
              if (first === undefined) firsts.set(eventId, Number(amount));
              return first === undefined
                ? "stored"
                : first === Number(amount)
                ? "duplicate"
                : "conflicting_duplicate";
            });
            const records = batch.map((one) =>
              record(offset++, paymentJson(one))
            );
            assert.deepEqual(await handled(fresh, ...records), expected);
          }
          const rows = await fresh.sql`
          select event_id, amount::float8 as amount from events`;
          assert.deepEqual(
            new Map(rows.map((row) => [row.event_id, row.amount])),
            firsts,
          );
        },
      ),
      // Emptying a table of days takes longer.
      { numRuns: layout === "whole" ? 60 : 15 },
    );
  });
}
