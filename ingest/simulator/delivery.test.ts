import assert from "node:assert/strict";
import { test } from "node:test";
import { createDelivery } from "./delivery.ts";
import { ownWebhook } from "./signature.ts";
import {
  answer,
  fakeReceiver,
  LeapingClock,
  ManualClock,
  observedMetrics,
  SECRET,
  settle,
  START,
  URL_OF_RECEIVER,
} from "#kit/simulator/test_doubles.ts";

const body = new TextEncoder().encode('{"event_id":"evt-1","note":"ünï"}');

function deliveryTo(
  receiver: ReturnType<typeof fakeReceiver>,
  { clock = new LeapingClock(), draining = new AbortController() }: {
    clock?: LeapingClock | ManualClock;
    draining?: AbortController;
  } = {},
) {
  const observed = observedMetrics();
  const deliver = createDelivery({
    webhook: ownWebhook({ url: URL_OF_RECEIVER, secret: SECRET }),
    timeoutMs: 20,
    retry: {
      maxAttempts: 4,
      backoffBaseMs: 500,
      backoffMaxMs: 5000,
      backoffJitterMs: 250,
      retryAfterMaxMs: 10_000,
    },
    clock,
    random: () => 0,
    fetch: receiver.fetch,
    draining: draining.signal,
    metrics: observed.metrics,
  });
  return { deliver, ...observed };
}

test("an accepted webhook is posted once, signed, with the bytes as they are", async () => {
  const receiver = fakeReceiver(new Response("thank you", { status: 202 }));
  const { deliver } = deliveryTo(receiver);
  assert.deepEqual(await deliver({ body }), {
    ok: true,
    attempts: 1,
    status_code: 202,
    message: "thank you",
  });
  assert.deepEqual(receiver.received, [{
    url: URL_OF_RECEIVER,
    body: '{"event_id":"evt-1","note":"ünï"}',
    timestamp: String(Math.floor(START / 1000)),
    signed: true,
  }]);
});

test("each attempt carries a timestamp of its own and the signature for it", async () => {
  const receiver = fakeReceiver(answer(503));
  const { deliver } = deliveryTo(receiver);
  await deliver({ body });
  // Waits of 0.5, 1 and 2 s after a start at .789 of a second.
  const seconds = Math.floor(START / 1000);
  assert.deepEqual(
    receiver.received.map(({ timestamp, signed }) => [
      Number(timestamp) - seconds,
      signed,
    ]),
    [[0, true], [1, true], [2, true], [4, true]],
  );
});

for (const status of [408, 425, 429, 500, 502, 503, 504, 599]) {
  test(`an answer of ${status} is retried until one is accepted`, async () => {
    const receiver = fakeReceiver(answer(status), answer(status), answer(202));
    const { deliver, sample } = deliveryTo(receiver);
    const { ok, attempts } = await deliver({ body });
    assert.deepEqual({ ok, attempts }, { ok: true, attempts: 3 });
    assert.equal(await sample("eventflow_simulator_webhook_retries_total"), 2);
  });
}

for (const status of [301, 302, 307, 400, 401, 403, 404, 409, 413, 422]) {
  test(`an answer of ${status} is final`, async () => {
    const receiver = fakeReceiver(answer(status, { Location: "/elsewhere" }));
    const { deliver } = deliveryTo(receiver);
    assert.deepEqual(await deliver({ body }), {
      ok: false,
      attempts: 1,
      status_code: status,
      message: `HTTP ${status}`,
    });
  });
}

test("a delivery is given up after the last attempt, with the last answer", async () => {
  const receiver = fakeReceiver(
    answer(500),
    answer(500),
    answer(500),
    new Response("still busy", { status: 503 }),
  );
  const { deliver } = deliveryTo(receiver);
  assert.deepEqual(await deliver({ body }), {
    ok: false,
    attempts: 4,
    status_code: 503,
    message: "still busy",
  });
  assert.equal(receiver.received.length, 4);
});

test("a network error is retried and its reason reported", async () => {
  const receiver = fakeReceiver(new TypeError("connection refused"));
  const { deliver, sample } = deliveryTo(receiver);
  assert.deepEqual(await deliver({ body }), {
    ok: false,
    attempts: 4,
    status_code: null,
    message: "connection refused",
  });
  assert.equal(
    await sample(
      'eventflow_simulator_webhook_attempts_total{provider="payment-provider",result="network_error",status_class="none"}',
    ),
    4,
  );
});

test("an attempt that gets no answer in time is ended and retried", async () => {
  const hangs = (init: RequestInit) =>
    new Promise<Response>((_, reject) =>
      init.signal?.addEventListener("abort", () => reject(init.signal?.reason))
    );
  const receiver = fakeReceiver(hangs, hangs, answer(202));
  const { deliver } = deliveryTo(receiver);
  const { ok, attempts } = await deliver({ body });
  assert.deepEqual({ ok, attempts }, { ok: true, attempts: 3 });
  const { deliver: hopeless } = deliveryTo(fakeReceiver(hangs));
  assert.equal((await hopeless({ body })).message, "no answer within 20 ms");
});

test("waits double, and Retry-After is a minimum in both of its forms", async () => {
  const clock = new LeapingClock();
  const inThreeSeconds = new Date(START + 500 + 3000).toUTCString();
  const receiver = fakeReceiver(
    answer(503, { "Retry-After": "0" }),
    answer(503, { "Retry-After": inThreeSeconds }),
    answer(429, { "Retry-After": "86400" }),
    answer(202),
  );
  const { deliver } = deliveryTo(receiver, { clock });
  await deliver({ body });
  // The date has whole seconds: START + 3500 ms is .289 of a second, cut off.
  assert.deepEqual(clock.slept, [500, 2711, 10_000]);
});

test("an answer that goes on for ever is cut, and its status still counts", async () => {
  const endless = () =>
    Promise.resolve(
      new Response(
        new ReadableStream({
          pull: (stream) => stream.enqueue(new TextEncoder().encode("lorem ")),
        }),
        { status: 202 },
      ),
    );
  const { deliver } = deliveryTo(fakeReceiver(endless));
  const { ok, message } = await deliver({ body });
  assert.deepEqual({ ok, length: message.length }, { ok: true, length: 1000 });
});

test("draining cuts a wait short for one last attempt", async () => {
  const clock = new ManualClock();
  const draining = new AbortController();
  const receiver = fakeReceiver(answer(503));
  const { deliver } = deliveryTo(receiver, { clock, draining });
  const delivery = deliver({ body });
  await settle();
  assert.equal(receiver.received.length, 1);
  draining.abort();
  const { ok, attempts } = await delivery;
  assert.deepEqual({ ok, attempts }, { ok: false, attempts: 2 });
});

test("a delivery that begins while draining gets one attempt", async () => {
  const draining = new AbortController();
  draining.abort();
  const { deliver } = deliveryTo(fakeReceiver(answer(503)), { draining });
  assert.equal((await deliver({ body })).attempts, 1);
});
