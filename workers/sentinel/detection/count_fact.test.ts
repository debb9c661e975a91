import assert from "node:assert/strict";
import { test } from "node:test";
import { countFact } from "./count_fact.ts";
import { amountBucket } from "./counts.ts";

const fact = (over: Record<string, unknown> = {}, payload = {}) => ({
  event_id: "evt_1",
  event_type: "payment.authorized.v1",
  source: "stripe:main",
  timestamp: "2026-01-02T03:04:05Z",
  payload: { amount: 49.9, currency: "EUR", provider: "stripe", ...payload },
  ...over,
});

test("a payment counts in its minute and segment", () => {
  const counted = countFact(
    fact({}, { instrument: { kind: "card", brand: "visa" } }),
  );
  assert.equal(counted?.minute, Date.UTC(2026, 0, 2, 3, 4) / 60_000);
  assert.deepEqual(counted.path, ["stripe", "main", "EUR", "card visa"]);
  assert.deepEqual(counted.counts, {
    of: { facts: 1, payments: 1 },
    amounts: { 11: 1 },
    money: { EUR: { count: 1, sum: 49_900_000 } },
  });
});

test("a payment that was declined counts as one that failed, with its class", () => {
  const counted = countFact(fact(
    { event_type: "payment.failed.v1" },
    { stage: "authorize", decline: { class: "soft" } },
  ));
  assert.deepEqual(counted?.counts.of, {
    facts: 1,
    payments: 1,
    failed: 1,
    declines_soft: 1,
  });
});

test("a refund that failed is no payment", () => {
  const counted = countFact(
    fact({ event_type: "payment.failed.v1" }, { stage: "refund" }),
  );
  assert.deepEqual(counted?.counts.of, { facts: 1 });
});

test("an event that is there a second time is a duplicate and nothing else", () => {
  assert.deepEqual(countFact(fact(), true)?.counts.of, {
    facts: 1,
    duplicates: 1,
  });
});

test("a dispute counts when it is opened, and not when it moves on", () => {
  const disputed = (state: string) =>
    countFact(fact({ event_type: "payment.disputed.v1" }, { state }))?.counts
      .of;
  assert.deepEqual(disputed("opened"), { facts: 1, disputes: 1 });
  assert.deepEqual(disputed("won"), { facts: 1 });
});

test("what says no time is not counted", () => {
  assert.equal(countFact(fact({ timestamp: "yesterday" })), undefined);
});

test("half octaves have their bounds where powers of the root of two are", () => {
  const bucket = (amount: number) => amountBucket(amount);
  assert.deepEqual([1, 1.41, 1.42, 2, 0.5, 0.71].map(bucket), [
    0,
    0,
    1,
    2,
    -2,
    -1,
  ]);
});
