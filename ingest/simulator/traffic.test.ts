import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseEvent } from "#contracts/parse.ts";
import { buildEvent } from "./event.ts";
import { decimalsOf } from "#contracts/currencies.ts";
import { minorUnits } from "./minor_units.ts";
import { seededRandom } from "#kit/simulator/test_doubles.ts";
import { Traffic, type Turn } from "./traffic.ts";

const settings = {
  amount: "49.90",
  currency: "USD",
  paymentPrefix: "pay_stream",
  orderPrefix: "ord_stream",
};

function trafficOf(seed: number, now = () => 1_770_000_000_000) {
  return new Traffic(settings, { now, random: seededRandom(seed), run: "r" });
}

/** Turns that are done at once, each before the next. */
function turnsOf(seed: number, count: number): Turn[] {
  const traffic = trafficOf(seed);
  return Array.from({ length: count }, () => {
    const turn = traffic.next();
    turn.done();
    return turn;
  });
}

test("every event of the stream satisfies the contract and its currency's decimals", () => {
  fc.assert(fc.property(fc.nat(), (seed) => {
    for (const { authorization, at } of turnsOf(seed, 50)) {
      const event = buildEvent(authorization, { at, newId: () => "id" });
      const parsed = parseEvent(
        new TextEncoder().encode(JSON.stringify(event)),
      );
      assert.ok(parsed.ok);
      const { amount, currency } = authorization;
      assert.ok(minorUnits(JSON.stringify(amount), decimalsOf(currency)));
    }
  }));
});

test("a payment's sequence counts from 1 while its timestamps and amounts rise", () => {
  const byPayment = Map.groupBy(
    turnsOf(1, 2000),
    ({ authorization }) => authorization.payment_id,
  );
  for (const turns of byPayment.values()) {
    turns.forEach(({ authorization, at }, index) => {
      assert.equal(authorization.authorization_sequence, index + 1);
      const before = turns[index - 1];
      if (before === undefined) return;
      assert.ok(at > before.at);
      assert.ok(authorization.amount > before.authorization.amount);
      assert.equal(authorization.order_id, before.authorization.order_id);
      assert.equal(authorization.currency, before.authorization.currency);
    });
  }
  const lengths = new Set([...byPayment.values()].map(({ length }) => length));
  assert.deepEqual([...lengths].sort(), [1, 2, 3, 4]);
});

test("timestamps rise even where the system time goes back", () => {
  let now = 1_770_000_000_000;
  const traffic = trafficOf(1, () => now -= 1000);
  const last = new Map<string, number>();
  for (let n = 0; n < 500; n++) {
    const { authorization, at, done } = traffic.next();
    assert.ok(at > (last.get(authorization.payment_id) ?? 0));
    last.set(authorization.payment_id, at);
    done();
  }
});

test("a payment is not handed out again before its last event is done", () => {
  const traffic = trafficOf(1);
  const underWay = new Map<string, Turn>();
  const random = seededRandom(2);
  for (let n = 0; n < 5000; n++) {
    const turn = traffic.next();
    const { payment_id } = turn.authorization;
    assert.ok(!underWay.has(payment_id), payment_id);
    underWay.set(payment_id, turn);
    if (underWay.size < 50 && random() < 0.5) continue;
    for (const [id, { done }] of underWay) {
      if (random() < 0.5) continue;
      underWay.delete(id);
      done();
    }
  }
});

test("most payments are in the configured currency, some in others", () => {
  const payments = turnsOf(1, 2000)
    .filter(({ authorization }) => authorization.authorization_sequence === 1);
  const count = (currency: string) =>
    payments.filter(({ authorization }) => authorization.currency === currency)
      .length;
  assert.ok(count("USD") > payments.length / 2);
  for (const currency of ["EUR", "GBP", "JPY", "KWD", "BHD"]) {
    assert.ok(count(currency) > 0, currency);
  }
});

test("first authorisations lie between half and one and a half of the configured amount", () => {
  const amounts = turnsOf(1, 2000)
    .filter(({ authorization: { authorization_sequence, currency } }) =>
      authorization_sequence === 1 && currency === "USD"
    )
    .map(({ authorization }) => authorization.amount);
  assert.ok(Math.min(...amounts) >= 24.95);
  assert.ok(Math.max(...amounts) <= 74.85);
  assert.ok(new Set(amounts).size > amounts.length / 2);
});
