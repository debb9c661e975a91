import assert from "node:assert/strict";
import { test } from "node:test";
import { paystack } from "./paystack.ts";
import { factsOf, isRefused, webhookOf } from "#kit/validator/webhooks.ts";

const refund = {
  event: "refund.processed",
  data: {
    status: "processed",
    transaction_reference: "order-1",
    refund_reference: "132013318360",
    amount: "100000",
    currency: "NGN",
  },
};

test("a refund without a time happened when the intake had it", () => {
  const receivedAt = "2026-11-22T09:00:00.001Z";
  const [fact] = factsOf(paystack, webhookOf(refund, { receivedAt }));
  assert.equal(fact?.at, receivedAt);
});

test("a refund without a time that nobody knows to have come cannot be read", () => {
  assert.throws(() => paystack.map(webhookOf(refund)), /RFC 3339/);
});

test("a refund without an id cannot be told from another one, and is not guessed at", () => {
  const data = { ...refund.data, refund_reference: null };
  assert.throws(
    () => paystack.map(webhookOf({ ...refund, data })),
    /data\.id or data\.refund_reference must be a text/,
  );
});

test("the West African franc is refused, as nobody says how many decimals it is told with", () => {
  const data = { ...refund.data, currency: "XOF" };
  const receivedAt = "2026-11-22T09:00:00Z";
  assert.throws(
    () => paystack.map(webhookOf({ ...refund, data }, { receivedAt })),
    isRefused("unknown_exponent"),
  );
});
