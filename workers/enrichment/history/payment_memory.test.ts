import assert from "node:assert/strict";
import { test } from "node:test";
import { PAYMENT_AUTHORIZED } from "#contracts/events/payment_authorized/payment_authorized.ts";
import { PAYMENT_DISPUTED } from "#contracts/events/payment_disputed/payment_disputed.ts";
import { PAYMENT_FAILED } from "#contracts/events/payment_failed/payment_failed.ts";
import { ByteReader, ByteWriter } from "./bytes.ts";
import { type Fact, factOf } from "./fact.ts";
import { readPayment, writePayment } from "./payment_bytes.ts";
import { MAX_FACTS, type PaymentMemory, remember } from "./payment_memory.ts";

test("a payment counts once, for each who has part in it", () => {
  const first = remember(undefined, authorized());
  assert.deepEqual(
    first.changes.map((
      { contribution, sign },
    ) => [contribution.entity, contribution.happening, sign]),
    [
      ["customer:test:cus_1", "payment", 1],
      ["merchant:test:mer_1", "payment", 1],
      ["order:test:ord_1", "payment", 1],
    ],
  );
  const again = remember(first.memory, authorized({ event_id: "evt_2" }));
  assert.deepEqual([again.as, again.changes], ["new", []]);
});

test("the same fact again changes nothing", () => {
  const { memory } = remember(undefined, authorized());
  const again = remember(memory, authorized());
  assert.deepEqual(again, { before: memory, memory, changes: [], as: "known" });
});

test("a fact of a newer mapping folds the older out and itself in", () => {
  const { memory } = remember(undefined, authorized());
  const newer = remember(memory, authorized({}, { amount: 60 }, 2));
  assert.equal(newer.as, "superseding");
  const ofCustomer = newer.changes.filter(({ contribution }) =>
    contribution.entity.startsWith("customer:")
  );
  assert.deepEqual(
    ofCustomer.map(({ contribution, sign }) => [contribution.minor, sign]),
    [[4990, -1], [6000, 1]],
  );
  const older = remember(newer.memory, authorized({}, {}, 1));
  assert.equal(older.as, "known");
});

test("a dispute counts for the customer whom only the payment names", () => {
  const { memory } = remember(undefined, authorized());
  const { changes } = remember(memory, disputed({ reason_class: "fraud" }));
  assert.deepEqual(
    changes.map((
      { contribution },
    ) => [contribution.entity, contribution.happening]),
    [
      ["customer:test:cus_1", "fraud"],
      ["merchant:test:mer_1", "fraud"],
      ["order:test:ord_1", "fraud"],
    ],
  );
});

test("a dispute that moves on counts once", () => {
  const { memory } = remember(undefined, authorized());
  const opened = remember(memory, disputed({ reason_class: "fraud" }));
  const lost = remember(
    opened.memory,
    disputed({ reason_class: "fraud", state: "lost" }, "evt_lost"),
  );
  assert.deepEqual([lost.as, lost.changes], ["new", []]);
});

test("two attempts of the same moment both count", () => {
  const one = remember(undefined, declined("evt_1"));
  const two = remember(one.memory, declined("evt_2"));
  assert.deepEqual(
    two.changes.map((
      { contribution, sign },
    ) => [contribution.entity, contribution.happening, sign]),
    [["order:test:ord_1", "failed", 1]],
  );
});

test("a payment's memory is bounded, and what comes beyond changes nothing", () => {
  let memory: PaymentMemory | undefined;
  for (let n = 0; n < MAX_FACTS; n++) {
    ({ memory } = remember(memory, declined(`evt_${n}`)));
  }
  const beyond = remember(memory, declined("evt_beyond"));
  assert.deepEqual([beyond.as, beyond.changes], ["too_many", []]);
});

test("a payment's memory is read as it was written", () => {
  const { memory } = remember(
    remember(undefined, authorized()).memory,
    disputed({ reason_class: "fraud" }),
  );
  const writer = new ByteWriter();
  writePayment(memory, writer);
  assert.deepEqual(readPayment(new ByteReader(writer.bytes())), memory);
});

test("a time behind the broker's is taken to be the broker's", () => {
  const event = eventOf(PAYMENT_AUTHORIZED, {}, "evt_1");
  const notAfterMs = Date.UTC(2020, 0, 1);
  assert.equal(factOf(event, { notAfterMs })?.atMs, notAfterMs);
});

function authorized(
  event: { event_id?: string } = {},
  payload: Readonly<Record<string, unknown>> = {},
  version = 1,
): Fact {
  const parties = { customer_id: "cus_1", merchant_id: "mer_1" };
  return fact(
    eventOf(
      PAYMENT_AUTHORIZED,
      { ...parties, ...payload },
      event.event_id ?? "evt_authorized",
    ),
    version,
  );
}

function disputed(
  payload: Readonly<Record<string, unknown>>,
  id = "evt_disputed",
): Fact {
  return fact(
    eventOf(PAYMENT_DISPUTED, {
      dispute_id: "dis_1",
      state: "opened",
      ...payload,
    }, id),
  );
}

function declined(id: string): Fact {
  return fact(eventOf(PAYMENT_FAILED, { stage: "authorize" }, id));
}

function fact(event: Parameters<typeof factOf>[0], version = 1): Fact {
  const read = factOf(event, { version });
  assert.ok(read);
  return read;
}

function eventOf(
  event_type: string,
  payload: Readonly<Record<string, unknown>>,
  event_id: string,
) {
  return {
    event_id,
    event_type,
    source: "test",
    timestamp: "2026-01-02T03:04:05Z",
    payload: {
      payment_id: "pay_1",
      order_id: "ord_1",
      amount: 49.9,
      currency: "USD",
      ...payload,
    },
  };
}
