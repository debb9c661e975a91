import assert from "node:assert/strict";
import { test } from "node:test";
import { PAYMENT_AUTHORIZED } from "#contracts/events/payment_authorized/payment_authorized.ts";
import { type EventLike, factOf } from "../history/fact.ts";
import { History } from "../history/history.ts";
import { eventFacts } from "./event_facts.ts";
import {
  featureNames,
  featureRow,
  namedFeatures,
  rowOfNamed,
} from "./features.ts";
import type { Rates } from "./rates.ts";
import { scoredMoment } from "./scored_moment.ts";

const START_MS = Date.UTC(2026, 0, 5);

test("names of features are told apart", () => {
  assert.equal(new Set(featureNames).size, featureNames.length);
});

test("features are of what came before the event, and not of it", () => {
  const view = historyOf(4);
  const named = namedFeatures(rowOf(event(4), view));
  assert.equal(named.customer_payments_1d, 4);
  assert.equal(named.customer_mean_amount_7d, 10);
  assert.equal(named.customer_amount_to_mean_7d, 1);
  assert.equal(named.customer_amount_deviation_7d, 0);
});

test("a far larger amount than a customer's own stands out", () => {
  const view = historyOf(4);
  const named = namedFeatures(rowOf(event(4, { amount: 90 }), view));
  assert.equal(named.customer_amount_to_mean_7d, 9);
  // Three times the root, and a tenth of the mean for a spread.
  assert.equal(Math.round(named.customer_amount_deviation_7d ?? 0), 20);
});

test("of a payment that names nobody, nothing is made up", () => {
  const nameless = event(0, { customer_id: undefined, merchant_id: undefined });
  const named = namedFeatures(rowOf(nameless, new History()));
  assert.deepEqual(
    Object.keys(named).filter((name) => /^(customer|merchant)_/.test(name)),
    [],
  );
  const { missing } = factsOf(nameless, new History());
  assert.deepEqual(missing, [
    "customer",
    "instrument",
    "merchant",
    "fx_rate",
    "countries",
  ]);
});

test("features by name give the row again", () => {
  const row = rowOf(event(4), historyOf(4));
  assert.deepEqual(rowOfNamed(namedFeatures(row)), row);
});

test("an amount is converted by the file's rate, and the record says of which day", () => {
  const rates: Rates = {
    date: "2026-01-02",
    base: "EUR",
    rates: { USD: "1.25" },
  };
  const view = new History();
  const { fx } = factsOf(event(0), view, rates);
  assert.deepEqual(fx, {
    date: "2026-01-02",
    base: "EUR",
    rate: "1.25",
    amount: 8,
  });
  const unknown = event(0, { currency: "JPY" });
  assert.equal(factsOf(unknown, view, rates).fx, undefined);
  assert.equal("amount" in namedFeatures(rowOf(unknown, view, rates)), false);
});

test("countries that are not the same disagree", () => {
  const { countries } = factsOf(
    event(0, {
      instrument: { kind: "card", issuer_country: "FR" },
      ip_country: "BR",
    }),
    new History(),
  );
  assert.deepEqual(countries, { issuer: "FR", ip: "BR", disagree: true });
});

function historyOf(count: number): History {
  const history = new History();
  for (let n = 0; n < count; n++) {
    const fact = factOf(event(n));
    assert.ok(fact);
    history.take(fact);
  }
  return history;
}

function rowOf(event: EventLike, view: History, rates?: Rates): Float64Array {
  return featureRow(momentOf(event, view, rates));
}

function factsOf(event: EventLike, view: History, rates?: Rates) {
  return eventFacts(event, momentOf(event, view, rates), { view, rates });
}

function momentOf(event: EventLike, view: History, rates: Rates | undefined) {
  const fact = factOf(event);
  assert.ok(fact);
  return scoredMoment(event, fact, { view, rates });
}

/** Every hour one of 10 dollars. */
function event(
  n: number,
  payload: Readonly<Record<string, unknown>> = {},
): EventLike {
  return {
    event_id: `evt_${n}`,
    event_type: PAYMENT_AUTHORIZED,
    source: "test",
    timestamp: new Date(START_MS + n * 3_600_000).toISOString(),
    payload: {
      payment_id: `pay_${n}`,
      order_id: `ord_${n}`,
      amount: 10,
      currency: "USD",
      customer_id: "cus_1",
      merchant_id: "mer_1",
      ...payload,
    },
  };
}
