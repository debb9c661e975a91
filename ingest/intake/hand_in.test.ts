import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseEvent } from "#contracts/parse.ts";
import { headerText } from "#kafka/headers.ts";
import { intake, NOW_S } from "#kit/intake/testing.ts";

const [old, fresh] = ["old-".repeat(6), "new-".repeat(6)];
const PATH = "/api/ingest";

const payload = {
  payment_id: "pay_1",
  order_id: "ord_1",
  amount: 49.9,
  currency: "USD",
  provider_auth_id: "auth_1",
};

function setUp(options: Parameters<typeof intake>[0] = {}) {
  const env = { EVENTFLOW_INGEST_TOKENS: `${old}, ${fresh}`, ...options.env };
  const { app, published, metrics } = intake({ ...options, env });
  return {
    published,
    metrics,
    send: (
      body: string | Uint8Array<ArrayBuffer> | object = payload,
      headers: Record<string, string> = {},
    ) =>
      app.request(PATH, {
        method: "POST",
        headers: { Authorization: `Bearer ${fresh}`, ...headers },
        body: typeof body === "string" || body instanceof Uint8Array
          ? body
          : JSON.stringify(body),
      }),
  };
}

test("without a token in the settings there is no such page", async () => {
  const { app } = intake();
  const request = { method: "POST", body: JSON.stringify(payload) };
  assert.equal((await app.request(PATH, request)).status, 404);
});

test("a payload is accepted once its event is published, with the payload to the byte", async () => {
  const { send, published } = setUp();
  const text = ` {"amount":49.900000000000001,"payment_id":"pay_1",\n` +
    `"order_id":"o","provider_auth_id":"a","currency":"USD"} `;
  const response = await send(text);
  assert.equal(response.status, 202);
  const { event_id, ...answer } = await response.json();
  assert.deepEqual(answer, { status: "accepted", source: "api-producer" });
  assert.match(event_id, /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
  const [record] = published;
  assert.equal(
    record?.value?.toString(),
    `{"event_id":"${event_id}","event_type":"payment.authorized.v1","schema_version":1,` +
      `"source":"api-producer","timestamp":"${
        new Date(NOW_S * 1000).toISOString()
      }","payload":${text}}`,
  );
  assert.equal(record?.key?.toString(), "pay_1");
  const headers = record?.headers ?? [];
  assert.equal(headerText(headers, "eventflow-provider"), "internal");
  assert.ok(parseEvent(record?.value ?? null).ok);
});

test("each of the tokens opens, and nothing else does", async () => {
  const { send, published } = setUp();
  for (const token of [old, fresh]) {
    const headers = { Authorization: `bearer ${token}` };
    assert.equal((await send(payload, headers)).status, 202);
  }
  published.length = 0;
  const wrong = [
    ["Bearer", "missing_token"],
    [`Basic ${fresh}`, "missing_token"],
    ["", "missing_token"],
    [`Bearer ${fresh}x`, "bad_token"],
    [`Bearer ${fresh.slice(1)}`, "bad_token"],
    [`Bearer ${old},${fresh}`, "bad_token"],
    [`Bearer ${fresh.toUpperCase()}`, "bad_token"],
  ];
  for (const [Authorization = "", result] of wrong) {
    const { send, published, metrics } = setUp();
    const response = await send("no JSON, and never read", { Authorization });
    assert.equal(response.status, 401);
    assert.match(response.headers.get("WWW-Authenticate") ?? "", /^Bearer/);
    assert.match(
      await metrics.render(),
      new RegExp(`requests_total\\{result="${result}"\\} 1`),
    );
    assert.deepEqual(published, []);
  }
});

test("what is no payload of a payment is told of, with what it must be, and not taken", async () => {
  const { send, published } = setUp();
  const response = await send({ ...payload, amount: "49.90", currency: "usd" });
  assert.equal(response.status, 422);
  assert.equal(
    (await response.json()).detail,
    "The body is not the payload of a payment: amount must be a JSON number, not text: 49.90 " +
      'instead of "49.90"; currency must be three upper-case letters.',
  );
  const cases: [string, number][] = [
    ["{}", 422],
    [`{"payment_id":"a","payment_id":"b"}`, 422],
    [`{},"event_id":"mine"`, 400],
    [`{}}{"event_id":"mine","payload":{}`, 400],
    ["[]", 400],
    ["", 400],
    ["{", 400],
  ];
  for (const [body, status] of cases) {
    assert.equal((await send(body)).status, status, body);
  }
  assert.deepEqual(published, []);
});

test("whatever is sent, an accepted event is one whose envelope is ours", async () => {
  const { send, published } = setUp();
  const piece = fc.constantFrom(
    ...`{}[]",:\\ \n`,
    JSON.stringify(payload),
    '"event_id":"mine"',
    "payload",
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(piece).map((all) => all.join("")),
      async (text) => {
        published.length = 0;
        const response = await send(text);
        assert.ok(response.status < 500);
        if (response.status !== 202) return assert.deepEqual(published, []);
        const { event_id } = await response.json();
        const read = parseEvent(published[0]?.value ?? null);
        assert.ok(read.ok && read.value.event_id === event_id);
      },
    ),
    { numRuns: 200 },
  );
});

test("what is sent again with its key is one event, and published once", async () => {
  const { send, published } = setUp();
  const headers = { "Idempotency-Key": '"order-77"' };
  const first = await (await send(payload, headers)).json();
  const { amount, ...rest } = payload;
  const again = await send({ ...rest, amount }, {
    "Idempotency-Key": "order-77",
  });
  assert.equal(again.status, 202);
  assert.deepEqual(await again.json(), first);
  assert.equal(published.length, 1);
  const elsewhere = setUp();
  const there = await (await elsewhere.send(payload, headers)).json();
  assert.equal(there.event_id, first.event_id);
});

test("what Kafka did not acknowledge is published again, as the same event to the byte", async () => {
  let isAway = true;
  let nowMs = NOW_S * 1000;
  const sent: string[] = [];
  const { send } = setUp({
    clock: () => nowMs,
    publish(record) {
      sent.push(String(record.value));
      return isAway ? Promise.reject(new Error("away")) : Promise.resolve();
    },
  });
  const headers = { "Idempotency-Key": "order-77" };
  assert.equal((await send(payload, headers)).status, 503);
  isAway = false;
  nowMs += 60_000;
  assert.equal((await send(payload, headers)).status, 202);
  assert.equal(sent.length, 2);
  assert.equal(sent[0], sent[1]);
});

test("a key for another payload of the payment is refused, and for another payment no repetition", async () => {
  const { send, published } = setUp();
  const headers = { "Idempotency-Key": "1" };
  assert.equal((await send(payload, headers)).status, 202);
  const other = await send({ ...payload, amount: 50 }, headers);
  assert.equal(other.status, 422);
  assert.match((await other.json()).detail, /Idempotency-Key was used/);
  const payment = await send({ ...payload, payment_id: "pay_2" }, headers);
  assert.equal(payment.status, 202);
  assert.equal(published.length, 2);
  for (const key of ["", " ", "a b", "é", "x".repeat(256), '"open']) {
    const status = (await send(payload, { "Idempotency-Key": key })).status;
    assert.equal(status, 400, key);
  }
});

test("tokens are long and of letters that a header can have, and none is told", () => {
  for (const tokens of ["hunter2", `${fresh},hunter2`, `${"é".repeat(24)}`]) {
    assert.throws(
      () => setUp({ env: { EVENTFLOW_INGEST_TOKENS: tokens } }),
      (error: Error) =>
        /EVENTFLOW_INGEST_TOKENS must be tokens of at least 24/
          .test(error.message) && !/hunter|é/.test(error.message),
    );
  }
});
