import assert from "node:assert/strict";
import { test } from "node:test";
import { type FraudKind, fraudKinds } from "./fraud_kinds.ts";
import { Population } from "./population.ts";
import type { Purchase } from "./purchase.ts";
import { seededRandom } from "#runtime/seeded_random.ts";
import { Shopping } from "./shopping.ts";

const DAY_MS = 86_400_000;

/** A month of purchases, in the order of their times. */
function month(kinds: readonly FraudKind[], { seed = 1, count = 60_000 } = {}) {
  const shopping = new Shopping({
    population: new Population({ seed: 1, customers: 2_000 }),
    kinds,
    fraudRate: 0.01,
    pace: 1,
    random: seededRandom(seed),
  });
  const purchases: Purchase[] = [];
  for (let n = 0; n < count; n++) {
    const atMs = Math.floor(n * 30 * DAY_MS / count);
    for (let due = shopping.due(atMs); due; due = shopping.due(atMs)) {
      purchases.push(due);
    }
    purchases.push(shopping.next(atMs));
  }
  return purchases;
}

const all = month(fraudKinds);
const of = (kind: FraudKind) => all.filter(({ fraud }) => fraud === kind);

test("purchases come in the order of their times", () => {
  assert.ok(
    all.every(({ atMs }, n) => n === 0 || (all[n - 1]?.atMs ?? 0) <= atMs),
  );
});

test("about as many are frauds as was asked for, of every kind as many", () => {
  for (const kind of fraudKinds) {
    const share = of(kind).length / all.length;
    assert.ok(share > 0.002 && share < 0.0035, `${kind}: ${share}`);
  }
});

test("the same seed gives the same purchases", () => {
  assert.deepEqual(
    month(fraudKinds, { count: 5_000 }),
    month(fraudKinds, { count: 5_000 }),
  );
});

test("without kinds nobody is robbed, and of one kind alone there is that one", () => {
  assert.ok(month([], { count: 5_000 }).every(({ fraud }) => !fraud));
  const kinds = new Set(month(["card-testing"]).map(({ fraud }) => fraud));
  assert.deepEqual(kinds, new Set([undefined, "card-testing"]));
});

test("a stolen card is spent in a day, again and again", () => {
  const byCard = Map.groupBy(
    of("stolen-instrument"),
    ({ instrument }) => instrument.key,
  );
  assert.ok(byCard.size > 10);
  const bursts = [...byCard.values()].filter((its) =>
    its.length >= 4 &&
    (its.at(-1)?.atMs ?? 0) - (its[0]?.atMs ?? 0) <= DAY_MS
  );
  assert.ok(bursts.length > byCard.size / 2);
});

test("cards are tried with small payments, each card once, and most fail", () => {
  const trials = of("card-testing");
  const cards = new Set(trials.map(({ instrument }) => instrument.key));
  assert.equal(cards.size, trials.length);
  for (const { size, approval } of trials) {
    assert.ok(size < 0.1);
    assert.ok(approval !== undefined && approval < 0.5);
  }
});

test("unusual amounts are far above what the same customer spends otherwise", () => {
  const population = new Population({ seed: 1, customers: 2_000 });
  for (const { customer, size } of of("unusual-amounts")) {
    const { usual } = population.customer(Number(customer.slice(1)));
    assert.ok(size >= 4 * usual);
  }
});

test("a compromised merchant robs a part of its customers", () => {
  const robbed = Map.groupBy(
    of("compromised-merchant"),
    ({ merchant }) => merchant,
  );
  assert.ok(robbed.size > 1);
  for (const [merchant, frauds] of robbed) {
    const customers = new Set(
      all.filter((one) => one.merchant === merchant && one.customer[0] === "c")
        .map(({ customer }) => customer),
    );
    const victims = new Set(frauds.map(({ customer }) => customer));
    assert.ok(victims.size < customers.size * 0.7);
  }
});
