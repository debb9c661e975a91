import assert from "node:assert/strict";
import { test } from "node:test";
import { Population } from "./population.ts";
import { usualPurchase } from "./purchase.ts";
import { seededRandom } from "#runtime/seeded_random.ts";

const population = () => new Population({ seed: 5, customers: 500 });

test("a customer is the same in whatever order customers are asked for", () => {
  const [one, other] = [population(), population()];
  for (let number = 0; number < 500; number++) one.customer(number);
  for (let number = 499; number >= 0; number--) {
    assert.deepEqual(other.customer(number), one.customer(number));
  }
});

test("another seed has other customers", () => {
  const other = new Population({ seed: 6, customers: 500 });
  assert.notDeepEqual(other.customer(1), population().customer(1));
});

test("customers spend around their own usual amount, at merchants that they know", () => {
  const its = population();
  const random = seededRandom(1);
  const sizes = new Map<string, number[]>();
  const merchants = new Map<string, Set<string>>();
  for (let n = 0; n < 50_000; n++) {
    const { customer, merchant, size } = usualPurchase(its, {
      atMs: n,
      random,
    });
    sizes.set(customer, [...sizes.get(customer) ?? [], size]);
    merchants.set(
      customer,
      (merchants.get(customer) ?? new Set()).add(merchant),
    );
  }
  const logs = [...sizes.values()].map((all) => all.map(Math.log));
  const within = mean(logs.map(deviation));
  const among = deviation(logs.flat());
  assert.ok(within < 0.9 * among, `${within} of ${among}`);
  const [busiest] = sizes.entries().toArray().toSorted(([, a], [, b]) =>
    b.length - a.length
  );
  assert.ok(busiest);
  const known = merchants.get(busiest[0])?.size ?? 0;
  assert.ok(known < busiest[1].length / 4, `${known} of ${busiest[1].length}`);
});

test("two in a hundred purchases are the first of somebody new, however long it goes on", () => {
  const its = population();
  const random = seededRandom(1);
  const known = new Set<string>();
  let newcomers = 0;
  for (let n = 0; n < 60_000; n++) {
    const { key } = its.visitor(random);
    if (n >= 30_000 && !known.has(key)) newcomers++;
    known.add(key);
  }
  const share = newcomers / 30_000;
  assert.ok(share > 0.01 && share < 0.04, `${share}`);
});

test("a victim of a fraud is one who comes at the moment, and is not counted as a visit", () => {
  const [its, other] = [population(), population()];
  const random = seededRandom(2);
  for (let n = 0; n < 10_000; n++) its.anyCustomer(random);
  const [one, two] = [seededRandom(3), seededRandom(3)];
  for (let n = 0; n < 1_000; n++) {
    assert.equal(its.visitor(one).key, other.visitor(two).key);
  }
});

function mean(all: readonly number[]): number {
  return all.reduce((sum, one) => sum + one, 0) / all.length;
}

function deviation(all: readonly number[]): number {
  const its = mean(all);
  return Math.sqrt(mean(all.map((one) => (one - its) ** 2)));
}
