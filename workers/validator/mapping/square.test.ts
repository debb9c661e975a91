import assert from "node:assert/strict";
import { test } from "node:test";
import { square } from "./square.ts";
import { factsOf, isRefused, webhookOf } from "#kit/validator/webhooks.ts";

const usd = (amount: number, currency = "USD") => ({ amount, currency });

function payment(over: object) {
  return webhookOf({
    type: "payment.updated",
    event_id: "event-1",
    data: {
      object: {
        payment: {
          id: "pay-1",
          status: "COMPLETED",
          updated_at: "2026-11-20T21:16:51.198Z",
          amount_money: usd(4990),
          total_money: usd(4990),
          approved_money: usd(4990),
          ...over,
        },
      },
    },
  });
}

test("an approval that was told, and is told again with the capture, is the same fact of the same money", () => {
  const [approved] = factsOf(square, payment({ status: "APPROVED" }));
  const tip = { tip_money: usd(510), total_money: usd(5500) };
  const [again, captured] = factsOf(square, payment(tip));
  assert.equal(again?.id, approved?.id);
  assert.deepEqual(again?.money, approved?.money);
  assert.deepEqual(captured?.money, { amount: "55.00", currency: "USD" });
});

test("a payment that is told again after a refund takes no money a second time", () => {
  const before = factsOf(square, payment({}));
  const after = factsOf(square, payment({ refunded_money: usd(1000) }));
  assert.deepEqual(after, before);
});

test("a currency that Square does not take is refused, not guessed", () => {
  const money = usd(4990, "ISK");
  assert.throws(
    () => square.map(payment({ total_money: money, approved_money: money })),
    isRefused("unknown_exponent"),
  );
});
