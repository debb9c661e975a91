import assert from "node:assert/strict";
import { test } from "node:test";
import { judgedBy } from "#kit/judged_by.ts";
import { handled } from "#kit/persistence/test_handler.ts";
import { persistenceDatabase } from "#kit/persistence/persistence_database.ts";
import { paymentJson } from "#kit/payment.ts";
import { record } from "#kit/validated_record.ts";

test("persistence judges what it would store, and stores nothing", async () => {
  await using fresh = await persistenceDatabase();
  await handled(fresh, record(1, paymentJson({ eventId: "known" })));
  const long = paymentJson({ eventId: "long", paymentId: "é".repeat(9_000) });
  const judgements = await judgedBy("persistence", fresh, [
    { offset: 10, json: paymentJson({ eventId: "known" }) },
    { offset: 11, json: paymentJson({ eventId: "known", amount: "1" }) },
    { offset: 12, json: paymentJson({ eventId: "new" }) },
    { offset: 13, json: paymentJson({ eventId: "new" }) },
    { offset: 14, json: long },
    { offset: 15, json: "{}" },
  ]);
  assert.deepEqual(
    judgements.map((one) => [
      one.offset,
      one.outcome === "done"
        ? one.as
        : one.outcome === "dead-letter" && one.code,
    ]),
    [
      [10, "duplicate"],
      [11, "conflicting_duplicate"],
      [12, "stored"],
      [13, "duplicate"],
      [14, "stored"],
      [15, "contract_violation"],
    ],
  );
  const rows = await fresh.sql`select event_id from events`;
  assert.deepEqual(rows.map(({ event_id }) => event_id), ["known"]);
});
