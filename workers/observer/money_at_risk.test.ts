import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { atRiskOf, atRiskOfDeadLetter } from "./money_at_risk.ts";

const moneyOf = (value: Uint8Array | null) => atRiskOf(value).money;
const moneyOfDeadLetter = (value: Uint8Array | null) =>
  atRiskOfDeadLetter(value).money;

const event = (payload: unknown) => Buffer.from(JSON.stringify({ payload }));

test("an event moves its amount in its currency", () => {
  assert.deepEqual(moneyOf(event({ amount: 12.34, currency: "USD" })), {
    currency: "USD",
    amount: 12.34,
  });
});

test("a corrupt payment's amount is at risk whichever sign it has, and its currency is never a label of its own", () => {
  for (const currency of ["usd", "DOLLARS", 5, undefined]) {
    assert.deepEqual(moneyOf(event({ amount: -5, currency })), {
      currency: "other",
      amount: 5,
    });
  }
});

test("what is no payment moves nothing", () => {
  const values = [null, "", "no json", "[]", "{}", '{"payload":[]}'];
  for (const value of values) {
    assert.equal(
      moneyOf(value === null ? null : Buffer.from(value)),
      undefined,
    );
  }
  for (const amount of ["5", null, undefined]) {
    assert.equal(moneyOf(event({ amount, currency: "USD" })), undefined);
  }
});

test("an amount that no payment has moves nothing: no sum of it could be told", () => {
  for (const amount of ["1e308", "-1e308", "1e400", "1000000000000000"]) {
    const json = `{"payload":{"amount":${amount},"currency":"USD"}}`;
    assert.equal(moneyOf(Buffer.from(json)), undefined, amount);
  }
});

test("a dead letter moves what its event does, also where that stands in it as text", () => {
  const letter = (event: unknown) => Buffer.from(JSON.stringify({ event }));
  const payload = { amount: 7, currency: "EUR" };
  assert.deepEqual(moneyOfDeadLetter(letter({ payload })), {
    currency: "EUR",
    amount: 7,
  });
  assert.deepEqual(
    moneyOfDeadLetter(letter(JSON.stringify({ payload, note: "\0" }))),
    { currency: "EUR", amount: 7 },
  );
  assert.equal(moneyOfDeadLetter(letter("not json")), undefined);
});

test("an event is of its type, and what is none of ours is of another, whose amount is not known", () => {
  const typeOf = (json: string) => atRiskOf(Buffer.from(json));
  const refund = { event_type: "payment.refunded.v1", payload: {} };
  const text = JSON.stringify(refund);
  assert.equal(typeOf(text).eventType, "payment.refunded.v1");
  const letter = Buffer.from(JSON.stringify({ event: text }));
  assert.equal(atRiskOfDeadLetter(letter).eventType, "payment.refunded.v1");
  const provider = '{"id":"evt_1","type":"charge.captured","amount":4990}';
  for (const other of [provider, "", "not json", '{"event_type":"else"}']) {
    assert.deepEqual(typeOf(other), { eventType: "other", money: undefined });
  }
  assert.deepEqual(atRiskOf(null), { eventType: "other", money: undefined });
});
