import assert from "node:assert/strict";
import { test } from "node:test";
import { PaymentAuthorized } from "#contracts/events/payment_authorized/payment_authorized.ts";
import { Readiness } from "#runtime/health.ts";
import { silentLog } from "#runtime/log.ts";
import { serveHttp } from "../http/http_server.ts";
import { createApp } from "./app.ts";
import { createAuthorize } from "./authorization.ts";
import { corruptionModes } from "./corruption.ts";
import { createDelivery } from "./delivery.ts";
import { Incidents } from "./incidents/incidents.ts";
import { createSendEvent } from "./send_event.ts";
import { ownWebhook } from "./signature.ts";
import {
  answer,
  fakeReceiver,
  LeapingClock,
  observedMetrics,
  SECRET,
  URL_OF_RECEIVER,
} from "#kit/simulator/test_doubles.ts";

const request = {
  payment_id: "pay_1",
  order_id: "ord_1",
  amount: 49.9,
  currency: "USD",
};

function simulatorBefore(
  receiver: ReturnType<typeof fakeReceiver>,
  { corruption = 0, duplicate = 0, chance = 0.5 } = {},
) {
  const observed = observedMetrics();
  const clock = new LeapingClock();
  const random = () => chance;
  let ids = 0;
  const app = createApp({
    authorize: createAuthorize({
      send: createSendEvent({
        deliver: createDelivery({
          webhook: ownWebhook({ url: URL_OF_RECEIVER, secret: SECRET }),
          timeoutMs: 1000,
          retry: {
            maxAttempts: 4,
            backoffBaseMs: 500,
            backoffMaxMs: 5000,
            backoffJitterMs: 250,
            retryAfterMaxMs: 10_000,
          },
          clock,
          random,
          fetch: receiver.fetch,
          draining: new AbortController().signal,
          metrics: observed.metrics,
        }),
        rates: { corruption, duplicate },
        random,
        metrics: observed.metrics,
        log: silentLog(),
      }),
      clock,
      newId: () => `id-${++ids}`,
      metrics: observed.metrics,
    }),
    incidents: {
      incidents: new Incidents({ now: clock.now, count: () => {} }),
      senders: () => [],
      hasCustomers: false,
      now: clock.now,
    },
    webhookUrl: URL_OF_RECEIVER,
    hosts: ["simulator.test"],
    readiness: new Readiness(),
    metrics: observed.registry,
    apiPages: true,
  });
  const authorize = async (body: unknown) => {
    const response = await app.request("/authorize", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
    return { status: response.status, body: await response.json() };
  };
  return { app, authorize, sample: observed.sample };
}

test("a payment is authorised with one webhook that satisfies the contract", async () => {
  const receiver = fakeReceiver(new Response("taken", { status: 202 }));
  const { authorize } = simulatorBefore(receiver);
  assert.deepEqual(await authorize(request), {
    status: 200,
    body: {
      status: "accepted",
      event_id: "id-1",
      corrupted: false,
      corruption_mode: null,
      primary_delivery: {
        ok: true,
        attempts: 1,
        status_code: 202,
        message: "taken",
      },
      duplicate_sent: false,
      duplicate_delivery: null,
    },
  });
  const event = PaymentAuthorized.parse(
    JSON.parse(receiver.received[0]?.body ?? ""),
  );
  assert.deepEqual(event, {
    event_id: "id-1",
    event_type: "payment.authorized.v1",
    schema_version: 1,
    source: "payment-simulator",
    timestamp: "2026-02-03T04:05:06.789Z",
    payload: { ...request, provider_auth_id: "auth_id-2" },
  });
});

test("a forced duplicate is the same bytes again, signed at its own time", async () => {
  const receiver = fakeReceiver(answer(503), answer(202), answer(202));
  const { authorize, sample } = simulatorBefore(receiver);
  const { status, body } = await authorize({
    ...request,
    force_duplicate: true,
  });
  assert.equal(status, 200);
  assert.equal(body.duplicate_sent, true);
  assert.deepEqual(body.duplicate_delivery, {
    ok: true,
    attempts: 1,
    status_code: 202,
    message: "HTTP 202",
  });
  const [, primary, duplicate] = receiver.received;
  assert.equal(duplicate?.body, primary?.body);
  assert.ok(receiver.received.every(({ signed }) => signed));
  assert.equal(
    await sample(
      'eventflow_simulator_duplicate_events_total{provider="payment-provider"}',
    ),
    1,
  );
});

test("a duplicate that cannot be delivered leaves the authorisation accepted", async () => {
  const receiver = fakeReceiver(answer(202), answer(400));
  const { authorize } = simulatorBefore(receiver);
  const { status, body } = await authorize({
    ...request,
    force_duplicate: true,
  });
  assert.equal(status, 200);
  assert.deepEqual(body.duplicate_delivery, {
    ok: false,
    attempts: 1,
    status_code: 400,
    message: "HTTP 400",
  });
});

test("an authorisation whose webhook cannot be delivered is a 502 with everything under detail", async () => {
  const receiver = fakeReceiver(new Response("no broker", { status: 503 }));
  const { authorize, sample } = simulatorBefore(receiver);
  assert.deepEqual(await authorize({ ...request, force_duplicate: true }), {
    status: 502,
    body: {
      detail: {
        status: "delivery_failed",
        event_id: "id-1",
        attempts: 4,
        webhook_url: URL_OF_RECEIVER,
        last_status_code: 503,
        last_error: "no broker",
      },
    },
  });
  assert.equal(
    await sample(
      'eventflow_simulator_authorize_requests_total{result="failed"}',
    ),
    1,
  );
});

test("last_status_code is null where the receiver cannot be reached", async () => {
  const receiver = fakeReceiver(new TypeError("connection refused"));
  const { authorize } = simulatorBefore(receiver);
  const { body } = await authorize(request);
  assert.equal(body.detail.last_status_code, null);
});

corruptionModes.forEach((mode, index) => {
  test(`a forced corruption can be ${mode}, and is reported and counted`, async () => {
    const receiver = fakeReceiver(answer(202));
    const { authorize, sample } = simulatorBefore(receiver, {
      chance: (index + 0.5) / corruptionModes.length,
    });
    const { status, body } = await authorize({
      ...request,
      force_corruption: true,
    });
    assert.equal(status, 200);
    assert.equal(body.corrupted, true);
    assert.equal(body.corruption_mode, mode);
    const event = JSON.parse(receiver.received[0]?.body ?? "");
    assert.ok(!PaymentAuthorized.safeParse(event).success);
    assert.equal(
      await sample(
        `eventflow_simulator_payload_corrupted_total{provider="payment-provider",mode="${mode}"}`,
      ),
      1,
    );
  });
});

test("the rates decide where nothing is forced", async () => {
  const { authorize } = simulatorBefore(fakeReceiver(answer(202)), {
    corruption: 0.6,
    duplicate: 0.6,
    chance: 0.59,
  });
  const { body } = await authorize(request);
  assert.equal(body.corrupted, true);
  assert.equal(body.duplicate_sent, true);
  const { authorize: lucky } = simulatorBefore(fakeReceiver(answer(202)), {
    corruption: 0.6,
    duplicate: 0.6,
    chance: 0.6,
  });
  const { body: spared } = await lucky(request);
  assert.equal(spared.corrupted, false);
  assert.equal(spared.duplicate_sent, false);
});

test("a refused request is a 422 with its reasons, and nothing is sent", async () => {
  const receiver = fakeReceiver(answer(202));
  const { authorize } = simulatorBefore(receiver);
  assert.deepEqual(await authorize({ ...request, amount: 0 }), {
    status: 422,
    body: {
      detail: [{
        loc: ["body", "amount"],
        msg: "must be greater than 0",
        type: "too_small",
      }],
    },
  });
  assert.equal(receiver.received.length, 0);
});

test("what any web page can have a browser send is refused, and nothing is signed", async () => {
  const receiver = fakeReceiver(answer(202));
  const { app } = simulatorBefore(receiver);
  const response = await app.request("http://127.0.0.1:8003/authorize", {
    method: "POST",
    headers: {
      "Content-Type": "text/plain",
      "Origin": "https://evil.example",
      "Sec-Fetch-Site": "cross-site",
    },
    body: JSON.stringify(request),
  });
  assert.equal(response.status, 403);
  assert.equal(receiver.received.length, 0);
});

test("a request of more than 64 KiB is refused with 413", async () => {
  const { authorize } = simulatorBefore(fakeReceiver(answer(202)));
  const { status } = await authorize({
    ...request,
    order_id: "x".repeat(70_000),
  });
  assert.equal(status, 413);
});

test("on its own server too a payment is authorised, in one piece or in chunks, and a large one refused", async () => {
  const { app } = simulatorBefore(fakeReceiver(answer(202)));
  const server = await serveHttp(app, {
    host: "127.0.0.1",
    port: 0,
    portEnv: "SOME_PORT",
    log: silentLog(),
  });
  const statusOf = async (body: BodyInit) => {
    const response = await fetch(`${server.url}/authorize`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body,
    });
    await response.arrayBuffer();
    return response.status;
  };
  const large = JSON.stringify({ ...request, order_id: "x".repeat(70_000) });
  const inChunks = (text: string) => new Blob([text]).stream();
  assert.equal(await statusOf(JSON.stringify(request)), 200);
  assert.equal(await statusOf(inChunks(JSON.stringify(request))), 200);
  assert.equal(await statusOf(large), 413);
  assert.equal(await statusOf(inChunks(large)), 413);
  await server.drain();
});

test("the OpenAPI document describes /authorize with its answers", async () => {
  const { app } = simulatorBefore(fakeReceiver(answer(202)));
  const response = await app.request("/openapi.json");
  const { paths } = await response.json();
  assert.deepEqual(
    Object.keys(paths["/authorize"].post.responses),
    ["200", "403", "413", "415", "422", "502"],
  );
});
