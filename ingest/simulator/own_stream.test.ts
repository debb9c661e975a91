import assert from "node:assert/strict";
import { test } from "node:test";
import { PAYMENT_AUTHORIZED } from "#contracts/events/payment_authorized/payment_authorized.ts";
import { PAYMENT_DISPUTED } from "#contracts/events/payment_disputed/payment_disputed.ts";
import { PAYMENT_FAILED } from "#contracts/events/payment_failed/payment_failed.ts";
import { eventTypeNames } from "#contracts/events/registry.ts";
import { parseEvent } from "#contracts/parse.ts";
import { Metrics } from "#runtime/metrics.ts";
import { silentLog } from "#runtime/log.ts";
import { seededRandom, START } from "#kit/simulator/test_doubles.ts";
import { Incidents } from "./incidents/incidents.ts";
import { liveCustomers } from "./incidents/live_customers.ts";
import { OWN_PROVIDER, simulatorMetrics } from "./metrics.ts";
import { paymentsOfCustomers } from "./own_stream.ts";
import { createSendEvent } from "./send_event.ts";

const DISPUTE_DELAY_MS = 60_000;

/** The own stream with customers, of which events are taken one a second. */
function streamOf(disputeDelayMs = DISPUTE_DELAY_MS) {
  let nowMs = START;
  const now = () => nowMs;
  const registry = new Metrics("test");
  const metrics = simulatorMetrics(registry)[OWN_PROVIDER];
  const random = seededRandom(11);
  const bodies: Uint8Array[] = [];
  const incidents = new Incidents({
    now,
    count: (_, kind) => metrics.incidentAt(kind),
  });
  const at = incidents.at(OWN_PROVIDER);
  const customersOf = liveCustomers({
    customers: 200,
    seed: 1,
    fraudRate: 0.02,
    disputeDelayMs,
    random,
  });
  assert.ok(customersOf);
  let ids = 0;
  const next = paymentsOfCustomers({
    amount: "49.90",
    currency: "USD",
    paymentPrefix: "pay_stream",
    orderPrefix: "ord_stream",
  }, {
    customers: customersOf(at, metrics),
    send: createSendEvent({
      deliver: ({ body }) => {
        bodies.push(body);
        return Promise.resolve({
          ok: true,
          attempts: 1,
          status_code: 202,
          message: "",
        });
      },
      rates: { corruption: 0, duplicate: 0 },
      random,
      metrics,
      log: silentLog(),
    }),
    metrics,
    incidents: at,
    now,
    random,
    newId: () => `id-${++ids}`,
  });
  /** What is sent in so many turns. */
  const events = async (turns: number) => {
    bodies.length = 0;
    for (let n = 0; n < turns; n++) {
      nowMs += 1_000;
      await next()();
    }
    return bodies.map((body) => {
      const parsed = parseEvent(body);
      assert.ok(parsed.ok, new TextDecoder().decode(body));
      return parsed.value;
    });
  };
  return { events, incidents, registry };
}

type Events = Awaited<ReturnType<ReturnType<typeof streamOf>["events"]>>;
const ofType = (all: Events, type: string) =>
  all.filter(({ event_type }) => event_type === type);
const failedShare = (all: Events) => {
  const failed = ofType(all, PAYMENT_FAILED).length;
  return failed / (failed + ofType(all, PAYMENT_AUTHORIZED).length);
};

test("customers' payments satisfy their contracts, and something of every type becomes of them", async () => {
  const { events } = streamOf();
  const all = await events(10_000);
  assert.deepEqual(
    new Set(all.map(({ event_type }) => event_type)),
    new Set(eventTypeNames),
  );
  const ids = new Set(all.map(({ event_id }) => event_id));
  assert.equal(ids.size, all.length);
  assert.ok(all.every(({ source }) => source === "payment-simulator"));
  assert.ok(
    all.every(({ payload }) => payload.payment_id.startsWith("pay_stream_")),
  );
  const share = failedShare(all);
  assert.ok(share > 0.05 && share < 0.14, `${share}`);
});

test("most payments are in the stream's own currency", async () => {
  const { events } = streamOf();
  const all = ofType(await events(2_000), PAYMENT_AUTHORIZED);
  const own = all.filter(({ payload }) => payload.currency === "USD");
  assert.ok(own.length > all.length / 2 && own.length < all.length);
});

test("a fraud is disputed after the delay that is set, by the payment's own id", async () => {
  const { events } = streamOf();
  const all = await events(10_000);
  const paidAt = new Map(
    ofType(all, PAYMENT_AUTHORIZED).map(({ payload, timestamp }) =>
      [payload.payment_id, Date.parse(timestamp)] as const
    ),
  );
  const forFraud = ofType(all, PAYMENT_DISPUTED).filter(({ payload }) =>
    "customer_id" in payload && "reason_class" in payload &&
    payload.reason_class === "fraud"
  );
  assert.ok(forFraud.length > 20, `${forFraud.length}`);
  for (const { payload, timestamp } of forFraud) {
    const waited = Date.parse(timestamp) -
      (paidAt.get(payload.payment_id) ?? Infinity);
    assert.ok(waited >= DISPUTE_DELAY_MS, `${waited}`);
  }
});

test("amid a drop of approvals about half of the payments fail, and for lack of funds", async () => {
  const { events, incidents } = streamOf();
  incidents.switchOn({ kind: "approval-drop" });
  const all = await events(4_000);
  const share = failedShare(all);
  assert.ok(share > 0.42 && share < 0.58, `${share}`);
});

test("amid an outage nothing is sent, and afterwards it goes on", async () => {
  const { events, incidents, registry } = streamOf();
  await events(100);
  incidents.switchOn({ kind: "provider-outage" });
  assert.equal((await events(100)).length, 0);
  incidents.switchOff();
  assert.equal((await events(100)).length, 100);
  assert.match(
    await registry.render(),
    /incident_events_total\{provider="payment-provider",kind="provider-outage"\} 100\n/,
  );
});

test("amid a storm each event is sent six times, byte for byte", async () => {
  const { events, incidents } = streamOf();
  incidents.switchOn({ kind: "duplicate-storm" });
  const all = await events(50);
  const ids = Map.groupBy(all, ({ event_id }) => event_id);
  assert.equal(ids.size, 50);
  for (const copies of ids.values()) {
    assert.equal(copies.length, 6);
    assert.ok(
      copies.every((copy) =>
        JSON.stringify(copy) === JSON.stringify(copies[0])
      ),
    );
  }
});

test("a ring spends some cards again and again, and is counted", async () => {
  const { events, incidents, registry } = streamOf();
  incidents.switchOn({ kind: "fraud-ring" });
  await events(1_000);
  const page = await registry.render();
  const [, count] =
    /incident_events_total\{provider="payment-provider",kind="fraud-ring"\} (\d+)/
      .exec(page) ?? [];
  assert.ok(Number(count) > 50, count);
});
