import assert from "node:assert/strict";
import { test } from "node:test";
import { standardWebhooks } from "./standard_webhooks.ts";
import { factsOf, isRefused, webhookOf } from "#kit/validator/webhooks.ts";

function captured(amount: string, currency = "EUR") {
  const text =
    `{"fee":{"amount":1.5},"type":"payment.captured.v1","timestamp":"2026-11-21T10:20:30Z","data":{"payment_id":"pay_1","capture_id":"cap_1","amount":${amount},"currency":"${currency}"}}`;
  return webhookOf(JSON.parse(text), { text });
}

test("an amount keeps its digits as they are written", () => {
  for (const amount of ["10.50", "12345678901234.50", "1.5e2", "0.10"]) {
    const [fact] = factsOf(standardWebhooks, captured(amount));
    assert.equal(fact?.money.amount, amount);
  }
});

test("how many decimals there can be says ISO 4217", () => {
  const told = (amount: string, currency: string) => () =>
    factsOf(standardWebhooks, captured(amount, currency));
  assert.equal(told("1.005", "KWD")().length, 1);
  assert.throws(told("1.005", "EUR"), isRefused("too_many_decimals"));
  assert.throws(told("1.5", "JPY"), isRefused("too_many_decimals"));
  assert.throws(told("1", "XTS"), isRefused("unknown_currency"));
});

test("what does not satisfy the type's contract is named where it stands", () => {
  assert.throws(
    () => standardWebhooks.map(captured('"10.50"')),
    /The event does not satisfy payment\.captured\.v1: data\.amount must be a JSON number/,
  );
});

test("without an order the payment is the order, and it is said so", () => {
  const [fact] = factsOf(standardWebhooks, captured("1"));
  assert.equal(fact?.payload.order_id, "pay_1");
  assert.equal(fact?.payload.order_id_from, "payment_id");
});
