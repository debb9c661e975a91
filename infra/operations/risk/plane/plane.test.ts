import assert from "node:assert/strict";
import { test } from "node:test";
import { schemaOf } from "#contracts/events/registry.ts";
import { planePayments } from "./plane.ts";
import { planeFacts } from "./plane_facts.ts";

const options = { seed: 5, customers: 200, merchants: 2_000, days: 40 };

test("the same seed makes the same payments", () => {
  assert.deepEqual(planePayments(options), planePayments(options));
});

test("payments are in order of time, and every large one is a fraud", () => {
  const payments = planePayments(options);
  for (const [n, { second, cents, isFraud }] of payments.entries()) {
    assert.ok(second >= (payments[n - 1]?.second ?? 0));
    assert.ok(isFraud || cents <= 22_000);
  }
  assert.ok(payments.some(({ isFraud, cents }) => isFraud && cents < 5_000));
});

test("facts are of the contract and in order of time, with a dispute for each fraud", () => {
  const payments = planePayments({ ...options, days: 10 });
  const facts = [...planeFacts(payments)].map((line) => JSON.parse(line));
  const times: string[] = facts.map(({ timestamp }) => timestamp);
  assert.deepEqual(times, times.toSorted());
  for (const fact of facts) {
    assert.equal(schemaOf(fact.event_type)?.safeParse(fact).success, true);
  }
  const frauds = payments.filter(({ isFraud }) => isFraud).length;
  assert.equal(facts.length, payments.length + frauds);
});
