import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import fc from "fast-check";
import { TransientError } from "#runtime/errors.ts";
import { headerText } from "#kafka/headers.ts";
import { PublishTimeoutError, QueueFullError } from "#kafka/publisher.ts";
import { TooLargeError } from "#kafka/write_errors.ts";
import { intake, NOW_S, PATH, SECRET, webhook } from "#kit/intake/testing.ts";

async function refusalOf(request: RequestInit, env = {}) {
  const { app, published, metrics } = intake({ env });
  const response = await app.request(PATH, request);
  assert.deepEqual(published, []);
  const answer = await response.json();
  assert.deepEqual(Object.keys(answer), ["detail"]);
  assert.match(answer.detail, /^[A-Z].*\.$/);
  const counted = /requests_total\{result="(\w+)"\} 1/
    .exec(await metrics.render());
  return [response.status, counted?.[1]];
}

test("a signed webhook is accepted once it is published, byte for byte", async () => {
  const { app, published } = intake();
  const bytes = new TextEncoder().encode(
    ` {"event_id":"évt",  "source":"s","payload":{"payment_id":"pay_1"}}\n`,
  );
  const response = await app.request(PATH, webhook({ bytes }));
  assert.equal(response.status, 202);
  assert.deepEqual(await response.json(), {
    status: "accepted",
    event_id: "évt",
    source: "s",
  });
  assert.equal(published.length, 1);
  const [record] = published;
  assert.equal(record?.topic, "events.raw.v1");
  assert.equal(record?.key?.toString(), "pay_1");
  assert.ok(Buffer.isBuffer(record?.value));
  assert.deepEqual(record?.value, Buffer.from(bytes));
  const text = (name: string) => headerText(record?.headers ?? [], name);
  assert.equal(text("eventflow-received-at"), String(NOW_S * 1000));
  assert.equal(text("eventflow-provider"), "payment-provider");
});

test("a webhook has one handler, which Hono calls straight away", () => {
  const { app } = intake();
  const account = "/api/webhooks/stripe";
  for (const path of [PATH, account, `${account}/main`]) {
    assert.equal(app.router.match("POST", path)[0].length, 1, path);
  }
});

test("the key is the payment, else the event, else none", async () => {
  const cases: [unknown, string | undefined][] = [
    [{ event_id: "e", payload: { payment_id: "p" } }, "p"],
    [{ event_id: "e", payload: { payment_id: " " } }, "e"],
    [{ event_id: "e", payload: { payment_id: 7 } }, "e"],
    [{ event_id: "e", payload: [] }, "e"],
    [{ event_id: "", payload: null }, undefined],
    [{}, undefined],
  ];
  for (const [body, key] of cases) {
    const { app, published } = intake();
    assert.equal((await app.request(PATH, webhook({ body }))).status, 202);
    assert.equal(published[0]?.key?.toString(), key);
  }
});

test("an event without a usable id or source is accepted under a name that says so", async () => {
  const body = { event_id: 5, source: "  " };
  const response = await intake().app.request(PATH, webhook({ body }));
  assert.equal(response.status, 202);
  assert.deepEqual(await response.json(), {
    status: "accepted",
    event_id: "unknown-event-id",
    source: "unknown-source",
  });
});

test("trace context is passed on where it is well-formed, and dropped where not", async () => {
  const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const passedOn = async (headers: Record<string, string>) => {
    const { app, published } = intake();
    await app.request(PATH, webhook({ headers }));
    const all = published[0]?.headers ?? [];
    return [headerText(all, "traceparent"), headerText(all, "tracestate")];
  };
  assert.deepEqual(await passedOn({ traceparent, tracestate: "a=1" }), [
    traceparent,
    "a=1",
  ]);
  assert.deepEqual(await passedOn({ traceparent, tracestate: "?" }), [
    traceparent,
    undefined,
  ]);
  assert.deepEqual(await passedOn({ traceparent: "x", tracestate: "a=1" }), [
    undefined,
    undefined,
  ]);
});

test("each refusal has its status and is counted under its name", async () => {
  const { headers, ...rest } = webhook();
  const without = (name: string) => {
    const left = new Headers(headers);
    left.delete(name);
    return { ...rest, headers: left };
  };
  const big = { bytes: new Uint8Array(1_048_577) };
  const stale = (seconds: number) => ({ timestamp: String(NOW_S + seconds) });
  const signature = { "X-Provider-Signature": "é" };
  const cases: [RequestInit, number, string][] = [
    [without("X-Provider-Timestamp"), 422, "missing_header"],
    [without("X-Provider-Signature"), 422, "missing_header"],
    [webhook({ timestamp: "now" }), 400, "invalid_timestamp"],
    [webhook({ timestamp: "1".repeat(21) }), 400, "invalid_timestamp"],
    [webhook(big), 413, "too_large"],
    [
      webhook({ headers: { "x-padding": "x".repeat(16 * 1024) } }),
      431,
      "headers_too_large",
    ],
    [webhook({ bytes: new Uint8Array() }), 400, "empty_body"],
    [webhook(stale(-301)), 401, "stale_timestamp"],
    [webhook(stale(301)), 401, "stale_timestamp"],
    [webhook({ secret: "another" }), 401, "bad_signature"],
    [webhook({ headers: signature }), 401, "bad_signature"],
    [webhook({ bytes: new Uint8Array([0x7b]) }), 400, "invalid_json"],
    [webhook({ bytes: new Uint8Array([0xff]) }), 400, "invalid_json"],
    [webhook({ body: [] }), 400, "not_an_object"],
    [webhook({ body: null }), 400, "not_an_object"],
  ];
  for (const [request, status, result] of cases) {
    assert.deepEqual(await refusalOf(request), [status, result]);
  }
});

test("the tolerance is inclusive on either side", async () => {
  for (const seconds of [-300, 300]) {
    const timestamp = String(NOW_S + seconds);
    const response = await intake().app.request(PATH, webhook({ timestamp }));
    assert.equal(response.status, 202);
  }
});

test("while a secret is exchanged, the one before it is valid too", async () => {
  const [old, fresh] = ["old-".repeat(6), "new-".repeat(6)];
  const env = {
    PAYMENT_PROVIDER_WEBHOOK_SECRET: fresh,
    PAYMENT_PROVIDER_WEBHOOK_SECRET_PREVIOUS: old,
  };
  for (const [secret, status] of [[old, 202], [fresh, 202], [SECRET, 401]]) {
    const request = webhook({ secret: String(secret) });
    const response = await intake({ env }).app.request(PATH, request);
    assert.equal(response.status, status);
  }
});

test("what is larger than Kafka takes is a 413 that says when to come back", async () => {
  const cause = new TooLargeError({ topic: "t", bytes: 1 });
  const { app, metrics } = intake({ publish: () => Promise.reject(cause) });
  const response = await app.request(PATH, webhook());
  assert.equal(response.status, 413);
  assert.equal(response.headers.get("Retry-After"), "3600");
  assert.match(await metrics.render(), /result="too_large_for_topic"\} 1/);
});

test("what Kafka has not acknowledged is a 503 that says when to come back", async () => {
  const errors: [Error, string][] = [
    [new QueueFullError("full"), "queue_full"],
    [new PublishTimeoutError("late"), "unavailable"],
    [new TransientError("away"), "unavailable"],
    [new Error("whatever else"), "unavailable"],
  ];
  for (const [error, result] of errors) {
    const { app, metrics } = intake({ publish: () => Promise.reject(error) });
    const response = await app.request(PATH, webhook());
    assert.equal(response.status, 503);
    assert.equal(response.headers.get("Retry-After"), "1");
    assert.match(
      await metrics.render(),
      new RegExp(`requests_total\\{result="${result}"\\} 1`),
    );
  }
});

test("nothing a client sends gives a 5xx", async () => {
  const { app } = intake();
  const text = fc.string({ unit: "binary" });
  const headerValue = fc.oneof(
    fc.constant(String(NOW_S)),
    fc.integer().map(String),
    fc.stringMatching(/^[0-9a-f]{64}$/),
    // What HTTP lets into a header: any byte but NUL, CR and LF.
    fc.string({
      unit: fc.integer({ min: 1, max: 255 })
        .filter((code) => code !== 10 && code !== 13)
        .map((code) => String.fromCharCode(code)),
    }),
  );
  const body = fc.oneof(
    fc.uint8Array(),
    text.map((one) => new TextEncoder().encode(one)),
    fc.json().map((one) => new TextEncoder().encode(one)),
    fc.object().map((one) => new TextEncoder().encode(JSON.stringify(one))),
  );
  await fc.assert(
    fc.asyncProperty(
      body,
      fc.option(headerValue),
      fc.option(headerValue),
      fc.boolean(),
      fc.record({ traceparent: headerValue, tracestate: headerValue }),
      async (bytes, timestamp, signature, signed, trace) => {
        const copy = Uint8Array.from(bytes);
        const headers: Record<string, string> = { ...trace };
        if (timestamp !== null) headers["X-Provider-Timestamp"] = timestamp;
        if (signature !== null) headers["X-Provider-Signature"] = signature;
        const request = signed
          ? webhook({ bytes: copy, headers: trace })
          : { method: "POST", body: copy, headers };
        const response = await app.request(PATH, request);
        assert.ok(response.status < 500, String(response.status));
        if (response.status !== 202) {
          assert.equal(typeof (await response.json()).detail, "string");
        }
      },
    ),
    { numRuns: 500 },
  );
});

test("the public port answers what strangers may ask, and keeps metrics to itself", async () => {
  const { app } = intake();
  for (const path of ["/health", "/ready"]) {
    assert.equal((await app.request(path)).status, 200, path);
  }
  for (const path of ["/metrics", "/docs", "/openapi.json"]) {
    assert.equal((await app.request(path)).status, 404, path);
  }
});

test("the queue is measured when the metrics are asked for", async () => {
  const metrics = await intake().metrics.render();
  assert.match(metrics, /^eventflow_intake_queue_bytes 42$/m);
  assert.match(metrics, /requests_total\{result="accepted"\} 0/);
});

test("the reference lists each status a webhook can be answered with", async () => {
  const { app } = intake({ apiPages: true });
  const response = await app.request("/openapi.json");
  const { paths } = await response.json();
  assert.deepEqual(Object.keys(paths[PATH].post.responses), [
    "202",
    "400",
    "401",
    "408",
    "413",
    "415",
    "422",
    "431",
    "503",
  ]);
});

test("in the reference each endpoint has a name of its own, those of accounts too", async () => {
  const { app } = intake({
    apiPages: true,
    env: { EVENTFLOW_INGEST_TOKENS: "x".repeat(32) },
  });
  const { paths } = await (await app.request("/openapi.json")).json();
  const names = Object.values<Record<string, { operationId: string }>>(paths)
    .flatMap((methods) => Object.values(methods))
    .map(({ operationId }) => operationId);
  assert.deepEqual(new Set(names).size, names.length, names.join(", "));
  assert.ok(names.includes("receiveOfProvider"));
  assert.ok(names.includes("receiveOfAccount"));
});
