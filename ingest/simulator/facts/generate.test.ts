import assert from "node:assert/strict";
import { test } from "node:test";
import { PAYMENT_AUTHORIZED } from "#contracts/events/payment_authorized/payment_authorized.ts";
import { PAYMENT_DISPUTED } from "#contracts/events/payment_disputed/payment_disputed.ts";
import { PAYMENT_FAILED } from "#contracts/events/payment_failed/payment_failed.ts";
import {
  eventTypeNames,
  type PaymentEvent,
} from "#contracts/events/registry.ts";
import { parseEvent } from "#contracts/parse.ts";
import { fraudKinds } from "../customers/fraud_kinds.ts";
import { noCounts } from "./fact_counts.ts";
import { type FactWishes, generateFacts } from "./generate.ts";
import type { PlannedIncident } from "./incident_plan.ts";
import { markets } from "./markets.ts";

const DAY_MS = 86_400_000;
const SINCE = Date.UTC(2026, 0, 5);

const wishes: FactWishes = {
  seed: 1,
  sinceMs: SINCE,
  days: 10,
  paymentsPerDay: 800,
  customers: 800,
  fraudKinds,
  fraudRate: 0.02,
  incidents: [],
  toTheEnd: true,
};

const lines = [...generateFacts(wishes)];
const events = lines.map(read);

function read(line: string): PaymentEvent {
  const parsed = parseEvent(new TextEncoder().encode(line));
  assert.ok(parsed.ok, line);
  return parsed.value;
}

function incident(
  kind: PlannedIncident["kind"],
  left = 0,
): PlannedIncident {
  return {
    kind,
    provider: "stripe",
    sinceMs: SINCE + 2.5 * DAY_MS,
    untilMs: SINCE + 4.5 * DAY_MS,
    left,
  };
}

/** What Stripe tells, and Adyen, from the beginning to the end of an incident. */
function amid(one: PlannedIncident) {
  const all = [
    ...generateFacts({ ...wishes, toTheEnd: false, incidents: [one] }),
  ].map(read);
  const of = (provider: string) =>
    all.filter(({ source, timestamp }) =>
      source.startsWith(provider) && Date.parse(timestamp) >= one.sinceMs &&
      Date.parse(timestamp) < one.untilMs
    );
  return { stripe: of("stripe"), adyen: of("adyen") };
}

const ofType = (all: readonly PaymentEvent[], type: string) =>
  all.filter(({ event_type }) => event_type === type);

function approval(all: readonly PaymentEvent[]): number {
  const [yes, no] = [PAYMENT_AUTHORIZED, PAYMENT_FAILED].map((type) =>
    ofType(all, type).length
  );
  return (yes ?? 0) / ((yes ?? 0) + (no ?? 0));
}

test("every fact satisfies its contract, and there is one of every type", () => {
  assert.deepEqual(
    new Set(events.map(({ event_type }) => event_type)),
    new Set(eventTypeNames),
  );
  const sources = new Set(events.map(({ source }) => source));
  assert.deepEqual(
    sources,
    new Set(markets.map(({ provider, account }) => `${provider}:${account}`)),
  );
});

test("facts come in the order of their times, and no two have one id", () => {
  const times = events.map(({ timestamp }) => timestamp);
  assert.deepEqual(times, times.toSorted());
  const ids = new Set(events.map(({ event_id }) => event_id));
  assert.equal(ids.size, events.length);
});

test("the same seed gives the same bytes, another gives others", () => {
  const short = { ...wishes, days: 1, toTheEnd: false };
  const facts = [...generateFacts(short)];
  assert.deepEqual([...generateFacts(short)], facts);
  assert.notDeepEqual([...generateFacts({ ...short, seed: 2 })], facts);
});

test("each authorisation says who pays whom with what, and customers come again", () => {
  const authorized = ofType(events, PAYMENT_AUTHORIZED);
  const customers = new Set<unknown>();
  for (const { payload } of authorized) {
    for (
      const field of ["customer_id", "merchant_id", "instrument", "ip_country"]
    ) {
      assert.ok(field in payload, field);
    }
    customers.add("customer_id" in payload && payload.customer_id);
  }
  assert.ok(customers.size < authorized.length / 2);
});

test("frauds are told of by disputes of their payments, a week later at the earliest", () => {
  const authorized = new Map(
    ofType(events, PAYMENT_AUTHORIZED)
      .map((
        { payload, timestamp },
      ) => [payload.payment_id, Date.parse(timestamp)]),
  );
  const forFraud = ofType(events, PAYMENT_DISPUTED)
    .filter(({ payload }) =>
      "reason_class" in payload && payload.reason_class === "fraud"
    );
  assert.ok(forFraud.length > 50, `${forFraud.length}`);
  for (const { payload, timestamp } of forFraud) {
    const paidMs = authorized.get(payload.payment_id) ?? Infinity;
    assert.ok(Date.parse(timestamp) - paidMs >= 7 * DAY_MS);
  }
});

test("counts say what was written", () => {
  const counts = noCounts();
  const written = [...generateFacts({ ...wishes, days: 2 }, counts)].map(read);
  assert.equal(counts.facts, written.length);
  const payments = new Set(written.map(({ payload }) => payload.payment_id));
  assert.equal(counts.payments, payments.size);
  assert.equal(counts.failed, ofType(written, PAYMENT_FAILED).length);
});

test("by default nothing is told after the last day", () => {
  const last = [...generateFacts({ ...wishes, toTheEnd: false })].map(read).at(
    -1,
  );
  assert.ok(Date.parse(last?.timestamp ?? "") < SINCE + 10 * DAY_MS);
});

test("amid an outage its provider tells nothing, and others go on", () => {
  const { stripe, adyen } = amid(incident("provider-outage"));
  assert.equal(stripe.length, 0);
  assert.ok(adyen.length > 100);
});

test("an outage of half leaves half", () => {
  const { stripe: usual } = amid(incident("duplicate-storm"));
  const { stripe } = amid(incident("provider-outage", 0.5));
  const paid = (all: readonly PaymentEvent[]) =>
    new Set(ofType(all, PAYMENT_AUTHORIZED).map(({ event_id }) => event_id))
      .size;
  const share = paid(stripe) / paid(usual);
  assert.ok(share > 0.4 && share < 0.6, `${share}`);
});

test("amid a drop of approvals its provider's payments fail, and others' do not", () => {
  for (const left of [0.5, 0.8]) {
    const { stripe, adyen } = amid(incident("approval-drop", left));
    const its = approval(stripe);
    assert.ok(Math.abs(its - left) < 0.06, `${left}: ${its}`);
    assert.ok(approval(adyen) > 0.87);
  }
});

test("amid a storm each fact of its provider comes six times, with one id", () => {
  const { stripe, adyen } = amid(incident("duplicate-storm"));
  const copies = (all: readonly PaymentEvent[]) =>
    all.length / new Set(all.map(({ event_id }) => event_id)).size;
  assert.equal(copies(stripe), 6);
  assert.equal(copies(adyen), 1);
});

test("a ring spends few cards at few merchants, often", () => {
  const { stripe } = amid(incident("fraud-ring"));
  const cards = Map.groupBy(
    stripe.filter(({ payload }) => "instrument" in payload),
    ({ payload }) => "customer_id" in payload && payload.customer_id,
  );
  const often = [...cards.values()].map(({ length }) => length)
    .toSorted((a, b) => b - a);
  // Twelve cards for each of Stripe's markets, the smallest of which has hardly any payments.
  assert.ok((often[20] ?? 0) >= 5, `${often.slice(0, 30)}`);
});
