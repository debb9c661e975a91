import assert from "node:assert/strict";
import { test } from "node:test";
import { PAYMENT_AUTHORIZED } from "#contracts/events/payment_authorized/payment_authorized.ts";
import { PAYMENT_DISPUTED } from "#contracts/events/payment_disputed/payment_disputed.ts";
import { parseEvent } from "#contracts/parse.ts";
import { noCounts } from "./fact_counts.ts";
import { liveFacts, type LiveWishes } from "./live_facts.ts";

const SINCE = Date.UTC(2026, 0, 5);
const DISPUTE_DELAY_MS = 120_000;

const wishes: LiveWishes = {
  seed: 1,
  sinceMs: SINCE,
  days: 1,
  eventsPerSecond: 0.25,
  customers: 500,
  fraudRate: 0.02,
  disputeDelayMs: DISPUTE_DELAY_MS,
  traffic: {
    amount: "49.90",
    currency: "USD",
    paymentPrefix: "pay_stream",
    orderPrefix: "ord_stream",
  },
};

const counts = noCounts();
const lines = [...liveFacts(wishes, counts)];
const events = lines.map((line) => {
  const parsed = parseEvent(new TextEncoder().encode(line));
  assert.ok(parsed.ok, line);
  return parsed.value;
});

test("as many facts come as the stream would send, evenly, in the order of their times", () => {
  assert.equal(events.length, counts.facts);
  assert.equal(events.length, 86_400 / 4);
  const times = events.map(({ timestamp }) => timestamp);
  assert.deepEqual(times, times.toSorted());
});

test("a customer's fraud is disputed minutes after its payment, as soon as the stream has it", () => {
  const paidMs = new Map(
    events.filter(({ event_type }) => event_type === PAYMENT_AUTHORIZED)
      .map(({ payload, timestamp }) => [
        payload.payment_id,
        Date.parse(timestamp),
      ]),
  );
  // What becomes of strangers' payments, a few beside those of customers, has no times of its own.
  const frauds = events.filter(({ event_type, payload }) =>
    event_type === PAYMENT_DISPUTED && "customer_id" in payload &&
    "reason_class" in payload &&
    payload.reason_class === "fraud" && "state" in payload &&
    payload.state === "opened"
  );
  assert.ok(frauds.length > 50, `${frauds.length}`);
  for (const { payload, timestamp } of frauds) {
    const lagMs = Date.parse(timestamp) - (paidMs.get(payload.payment_id) ?? 0);
    assert.ok(lagMs >= DISPUTE_DELAY_MS && lagMs < 1_800_000, `${lagMs}`);
  }
});

test("the same seed gives the same bytes, another gives others", () => {
  assert.deepEqual([...liveFacts(wishes)], lines);
  assert.notDeepEqual([...liveFacts({ ...wishes, seed: 2 })], lines);
});

test("without customers there are no live facts", () => {
  assert.throws(() => [...liveFacts({ ...wishes, customers: 0 })], RangeError);
});
