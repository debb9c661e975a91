import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom, START } from "#kit/simulator/test_doubles.ts";
import { Lives, type Moment, type Step } from "./life.ts";

function livesOf(options: { disorderRate?: number; silent?: Step[] } = {}) {
  return new Lives({
    currencies: { USD: 2, JPY: 0, KWD: 3 },
    random: seededRandom(7),
    now: () => START,
    ...options,
  });
}

/** The moments of many payments, each in the order in which they were sent. */
function sent(lives: Lives, count = 4_000): Moment[][] {
  const byOrder = new Map<string, Moment[]>();
  for (let n = 0; n < count; n++) {
    const { moment, done } = lives.next();
    const { orderId } = moment.payment;
    byOrder.set(orderId, [...byOrder.get(orderId) ?? [], moment]);
    done();
  }
  return [...byOrder.values()];
}

const places = (moments: readonly Moment[]) => moments.map(({ nth }) => nth);
const isSorted = (all: readonly number[]) =>
  all.every((one, n) => n === 0 || (all[n - 1] ?? 0) < one);

test("a payment's steps follow each other as they do in life, and all of them happen", () => {
  const all = sent(livesOf());
  for (const moments of all) {
    assert.deepEqual(places(moments), moments.map((_, n) => n));
    assert.ok(isSorted(moments.map(({ atMs }) => atMs)));
    const [first] = moments;
    assert.ok(
      ["authorized", "failed", "unrelated"].includes(first?.step ?? ""),
    );
  }
  const told = new Set(all.flat().map(({ step }) => step));
  assert.equal(told.size, 11);
});

test("out of order each payment is at times, but no step is lost, and each keeps its time", () => {
  const all = sent(livesOf({ disorderRate: 0.5 }));
  const disordered = all.filter((moments) => !isSorted(places(moments)));
  assert.ok(disordered.length > all.length / 10);
  for (const moments of disordered) {
    const inLife = moments.toSorted((a, b) => a.nth - b.nth);
    assert.ok(isSorted(inLife.map(({ atMs }) => atMs)));
    assert.equal(new Set(places(moments)).size, moments.length);
  }
});

test("refunds add up to what was captured, and no amount has a fraction of what cards can carry", () => {
  for (const moments of sent(livesOf())) {
    const refunds = moments.filter(({ step }) => step.endsWith("refunded"));
    const last = refunds.at(-1);
    if (last === undefined) continue;
    const sum = refunds.reduce((sum, { amount }) => sum + amount, 0n);
    assert.equal(sum, last.refunded);
    assert.ok(last.refunded <= last.captured);
    if (last.step === "refunded") assert.equal(sum, last.payment.amount);
    for (const { amount, payment } of moments) {
      assert.ok(amount > 0n);
      if (payment.decimals === 3) assert.equal(amount % 10n, 0n);
    }
  }
});

test("of what a provider is silent about nothing is told", () => {
  const silent: Step[] = ["authorized", "failed", "canceled"];
  const told = sent(livesOf({ silent })).flat().map(({ step }) => step);
  assert.ok(told.includes("captured"));
  for (const step of silent) assert.ok(!told.includes(step), step);
});

test("a payment's next step is not handed out before the one before has ended", () => {
  const lives = livesOf();
  const open = Array.from({ length: 200 }, () => lives.next().moment);
  const orders = open.map(({ payment }) => payment.orderId);
  assert.equal(new Set(orders).size, orders.length);
});
