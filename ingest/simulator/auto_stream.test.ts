import assert from "node:assert/strict";
import { test } from "node:test";
import { runAutoStream } from "./auto_stream.ts";
import type { Authorization } from "./event.ts";
import {
  ManualClock,
  seededRandom,
  settle,
  START,
} from "#kit/simulator/test_doubles.ts";
import { Traffic } from "./traffic.ts";

type Sent = {
  readonly authorization: Authorization;
  readonly sentAt: number;
  finish(ok: boolean): Promise<void>;
};

/** A stream whose deliveries end when the test says so. */
function startStream({ rps = 10, maxConcurrency = 5 } = {}) {
  const clock = new ManualClock();
  const draining = new AbortController();
  const traffic = new Traffic({
    amount: "49.90",
    currency: "USD",
    paymentPrefix: "pay",
    orderPrefix: "ord",
  }, { now: clock.now, random: seededRandom(1), run: "r" });
  const sent: Sent[] = [];
  const counted = {
    accepted: 0,
    failed: 0,
    refused: 0,
    silent: 0,
    skipped: 0,
    late: 0,
  };
  let ended = false;
  const running = runAutoStream({
    rps,
    maxConcurrency,
    next: () => {
      const { authorization, done } = traffic.next();
      return () =>
        new Promise((resolve) => {
          sent.push({
            authorization,
            sentAt: clock.now() - START,
            finish: (ok) => {
              done();
              resolve(ok ? "accepted" : "failed");
              return settle();
            },
          });
        });
    },
    count: (result, events = 1) => counted[result] += events,
    clock,
    draining: draining.signal,
  }).then(() => {
    ended = true;
  });
  return { clock, draining, sent, counted, running, ended: () => ended };
}

test("events are sent at their moments, although no delivery ends", async () => {
  const { clock, sent, draining } = startStream({ maxConcurrency: 100 });
  await clock.advance(1050);
  assert.deepEqual(
    sent.map(({ sentAt }) => sentAt),
    [0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000],
  );
  draining.abort();
});

test("the schedule does not drift, whatever the rate", async () => {
  const { clock, sent, draining } = startStream({
    rps: 7,
    maxConcurrency: 100_000,
  });
  await clock.advance(100_001);
  assert.equal(sent.length, 701);
  draining.abort();
});

test("past the bound events are skipped and counted, and none is made up for", async () => {
  const { clock, sent, counted, draining } = startStream({ maxConcurrency: 5 });
  await clock.advance(2050);
  assert.equal(sent.length, 5);
  assert.deepEqual(counted, {
    accepted: 0,
    failed: 0,
    refused: 0,
    silent: 0,
    skipped: 16,
    late: 0,
  });
  await sent[0]?.finish(true);
  await sent[1]?.finish(false);
  assert.equal(sent.length, 5);
  await clock.advance(100);
  await clock.advance(100);
  await clock.advance(100);
  assert.equal(sent.length, 7);
  assert.deepEqual(counted, {
    accepted: 1,
    failed: 1,
    refused: 0,
    silent: 0,
    skipped: 17,
    late: 0,
  });
  draining.abort();
});

test("after the process stood still the missed events are late, not sent in a burst", async () => {
  const { clock, sent, counted, draining } = startStream({
    maxConcurrency: 1000,
  });
  await clock.advance(50);
  await clock.freeze(3_600_000);
  assert.ok(sent.length <= 13, `${sent.length} sent`);
  assert.equal(sent.length + counted.late, 36_001);
  await clock.advance(1000);
  assert.equal(sent.length + counted.late, 36_011);
  draining.abort();
});

test("a payment's next event is sent only after the one before has ended", async () => {
  const { clock, sent, draining } = startStream({ maxConcurrency: 8 });
  const underWay = new Map<string, Sent>();
  const lastSequence = new Map<string, number>();
  const random = seededRandom(3);
  let seen = 0;
  while (seen < 500) {
    await clock.advance(100);
    for (const one of sent.slice(seen)) {
      const { payment_id, authorization_sequence = 0 } = one.authorization;
      assert.ok(!underWay.has(payment_id), payment_id);
      assert.equal(
        authorization_sequence,
        (lastSequence.get(payment_id) ?? 0) + 1,
      );
      lastSequence.set(payment_id, authorization_sequence);
      underWay.set(payment_id, one);
    }
    seen = sent.length;
    assert.ok(underWay.size <= 8);
    for (const [id, one] of underWay) {
      if (random() < 0.8) continue;
      underWay.delete(id);
      await one.finish(random() < 0.5);
    }
  }
  draining.abort();
});

test("draining sends nothing more and waits for the deliveries under way", async () => {
  const { clock, sent, draining, running, ended } = startStream();
  await clock.advance(150);
  assert.equal(sent.length, 2);
  draining.abort();
  await settle();
  assert.equal(ended(), false);
  for (const one of sent) await one.finish(true);
  await running;
  assert.equal(sent.length, 2);
});
