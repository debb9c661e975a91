import assert from "node:assert/strict";
import { test } from "node:test";
import { forbiddenEdits } from "./edited_places.ts";

const before = {
  event_id: "evt_1",
  payload: {
    payment_id: "pay_1",
    amount: 5,
    currency: " usd",
    state: "WON",
    customer_id: null,
  },
};

const withPayload = (its: Record<string, unknown>) => ({
  ...before,
  payload: { ...before.payload, ...its },
});

test("case, white space, and what said nothing may change", () => {
  assert.deepEqual(forbiddenEdits(before, before), []);
  assert.deepEqual(
    forbiddenEdits(before, withPayload({ currency: "USD", state: "won" })),
    [],
  );
  const { customer_id: _, ...rest } = before.payload;
  assert.deepEqual(forbiddenEdits(before, { ...before, payload: rest }), []);
});

test("an id, an amount or a currency that says another thing is found, wherever it is", () => {
  for (
    const [its, path] of [
      [{ payment_id: "pay_2" }, "payload.payment_id"],
      [{ amount: 6 }, "payload.amount"],
      [{ amount: "5" }, "payload.amount"],
      [{ currency: "EUR" }, "payload.currency"],
      [{ payment_id: undefined }, "payload.payment_id"],
      [{ refund_id: "re_1" }, "payload.refund_id"],
      [{ refund: { amount_due: 5 } }, "payload.refund.amount_due"],
    ] as const
  ) {
    assert.deepEqual(forbiddenEdits(before, withPayload(its)), [path], path);
  }
});

test("a word that says another word is found, and one that is written otherwise is none", () => {
  const places = (state: unknown) =>
    forbiddenEdits(before, withPayload({ state }));
  assert.deepEqual(places("lost"), ["payload.state"]);
  assert.deepEqual(places(undefined), ["payload.state"]);
  assert.deepEqual(places("w-o-n"), []);
});

test("a key that nobody wrote is found", () => {
  assert.deepEqual(forbiddenEdits(before, withPayload({ approved: true })), [
    "payload.approved",
  ]);
});

test("a value may be said once more under the same name", () => {
  const spoilt = { payload: { paymentId: "pay_1" } };
  const mended = { payload: { paymentId: "pay_1", payment_id: "pay_1" } };
  assert.deepEqual(forbiddenEdits(spoilt, mended), []);
});
