import assert from "node:assert/strict";
import { test } from "node:test";
import { PoisonError } from "#runtime/errors.ts";
import { freshDatabase } from "./fresh_database.ts";
import { handled, handlerOf } from "./test_handler.ts";
import { paymentJson, record } from "./test_records.ts";

/** Text of a length that no compression shrinks much. */
const noise = (length: number) =>
  Array.from(
    { length },
    (_, i) => String.fromCharCode(0x4e00 + (i * 7919 * (i + 3)) % 20000),
  ).join("");

for (
  const [what, json] of [
    ["a zero character", paymentJson({ more: `"note":"a\\u0000b"` })],
    ["a lone surrogate", paymentJson({ more: `"note":"\\ud800"` })],
    [
      "an event_id too long for an index",
      paymentJson({ eventId: noise(9000) }),
    ],
    ["the year 0", paymentJson({ timestamp: "0000-01-01T00:00:00Z" })],
    [
      "an offset of 23 hours",
      paymentJson({ timestamp: "2026-01-01T00:00:00+23:00" }),
    ],
    [
      "more decimals than numeric has",
      paymentJson({ amount: `1.${"1".repeat(20_000)}` }),
    ],
  ] as const
) {
  test(`${what} is poison, and its neighbours are stored`, async () => {
    await using fresh = await freshDatabase();
    await assert.rejects(
      handlerOf(fresh.database)([record(1, json)]),
      PoisonError,
    );
    assert.deepEqual(
      await handled(
        fresh,
        record(1, paymentJson({ eventId: "before" })),
        record(2, json),
        record(3, paymentJson({ eventId: "after" })),
      ),
      ["stored", "not_storable", "stored"],
    );
  });
}

test("a payment_id of any length is stored", async () => {
  await using fresh = await freshDatabase();
  assert.deepEqual(
    await handled(fresh, record(1, paymentJson({ paymentId: noise(9000) }))),
    ["stored"],
  );
});
