import assert from "node:assert/strict";
import { test } from "node:test";
import { PoisonError } from "#runtime/errors.ts";
import { storeEvents } from "./event_store.ts";
import { persistenceDatabase } from "#kit/persistence/persistence_database.ts";
import { handled, handlerOf } from "#kit/persistence/test_handler.ts";
import { paymentJson } from "#kit/payment.ts";
import { record } from "#kit/validated_record.ts";

/** Text of a length that no compression shrinks much. */
const noise = (length: number) =>
  Array.from(
    { length },
    (_, i) => String.fromCharCode(0x4e00 + (i * 7919 * (i + 3)) % 20000),
  ).join("");

for (
  const [what, json, code] of [
    [
      "a zero character",
      paymentJson({ more: `"note":"a\\u0000b"` }),
      "not_portable",
    ],
    [
      "a lone surrogate",
      paymentJson({ more: `"note":"\\ud800"` }),
      "not_portable",
    ],
    [
      "more decimals than numeric has",
      paymentJson({ amount: `1.${"1".repeat(20_000)}` }),
      "not_portable",
    ],
    [
      "a number beyond numeric",
      paymentJson({ more: `"note":1e999999` }),
      "not_portable",
    ],
    [
      "nothing, written with an odd exponent",
      paymentJson({ more: `"note":0e-99999` }),
      "not_portable",
    ],
    [
      "an event_id too long for an index",
      paymentJson({ eventId: noise(9000) }),
      "contract_violation",
    ],
    [
      "the year 0",
      paymentJson({ timestamp: "0000-01-01T00:00:00Z" }),
      "contract_violation",
    ],
    [
      "an offset of 16 hours",
      paymentJson({ timestamp: "2026-01-01T00:00:00+16:00" }),
      "contract_violation",
    ],
  ] as const
) {
  test(`PostgreSQL holds no event with ${what}, so the contract refuses it, and its neighbours are stored`, async () => {
    await using fresh = await persistenceDatabase();
    const place = { topic: "t", partition: 0, offset: 1 };
    const event = { ...place, json, origin: place, receivedAt: undefined };
    await assert.rejects(
      storeEvents(fresh.database, [event]),
      PoisonError,
    );
    assert.deepEqual(
      await handled(
        fresh,
        record(1, paymentJson({ eventId: "before" })),
        record(2, json),
        record(3, paymentJson({ eventId: "after" })),
      ),
      ["stored", code, "stored"],
    );
  });
}

test("what PostgreSQL alone refuses is poison, however many in a row, and their neighbours are stored", async () => {
  await using fresh = await persistenceDatabase();
  await fresh.sql`
    alter table events add constraint no_refunds check (payload->>'note' <> 'refund')`;
  const refused = (offset: number) =>
    record(
      offset,
      paymentJson({ eventId: `refused-${offset}`, more: `"note":"refund"` }),
    );
  await assert.rejects(
    handlerOf(fresh.database)([refused(0)]),
    (error) =>
      error instanceof PoisonError &&
      /no_refunds/.test(error.rejection.message),
  );
  const inARow = Array.from({ length: 20 }, (_, n) => refused(n + 2));
  assert.deepEqual(
    await handled(
      fresh,
      record(1, paymentJson({ eventId: "before" })),
      ...inARow,
      record(22, paymentJson({ eventId: "behind" })),
    ),
    ["stored", ...inARow.map(() => "not_storable"), "stored"],
  );
});

test("a payment_id of any length is stored", async () => {
  await using fresh = await persistenceDatabase();
  assert.deepEqual(
    await handled(fresh, record(1, paymentJson({ paymentId: noise(9000) }))),
    ["stored"],
  );
});
