import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseEvent, parseJsonObject, parseValidated } from "./parse.ts";

test("no bytes make the door throw", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
    parseEvent(bytes);
  }));
  fc.assert(fc.property(fc.json(), (text) => {
    parseEvent(new TextEncoder().encode(text));
  }));
});

test("a JSON object comes back with the text it was read from", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
      const text = JSON.stringify(object);
      const parsed = parseJsonObject(new TextEncoder().encode(text));
      assert.ok(parsed.ok);
      assert.equal(parsed.text, text);
      assert.deepEqual(
        Object.keys(parsed.value),
        Object.keys(JSON.parse(text)),
      );
    }),
  );
});

test("__proto__ in an event is a key like any other", () => {
  const bytes = new TextEncoder().encode('{"__proto__":{"event_id":"x"}}');
  const parsed = parseJsonObject(bytes);
  assert.ok(parsed.ok);
  assert.equal(parsed.value.event_id, undefined);
});

const withPayment = (fields: string) =>
  parseEvent(new TextEncoder().encode(
    `{"event_id":"e","event_type":"payment.authorized.v1","source":"s",` +
      `"timestamp":"2026-01-02T03:04:05Z","payload":{"payment_id":"p",` +
      `"order_id":"o","provider_auth_id":"a","currency":"USD",${fields}}}`,
  ));
const issuesOf = (fields: string) => {
  const parsed = withPayment(fields);
  return parsed.ok ? [] : parsed.rejection.issues;
};

test("an amount as text is refused with what to write in its place", () => {
  const must = (decimal: string) => [{
    path: "payload.amount",
    message:
      `must be a JSON number, not text: ${decimal} instead of "${decimal}"`,
  }];
  assert.deepEqual(issuesOf('"amount":"120.5"'), must("120.5"));
  assert.deepEqual(issuesOf('"amount":"1,50 EUR"'), must("49.90"));
  assert.deepEqual(issuesOf('"amount":49.90'), []);
});

test("each flaw of an event is told with its path, and the first gives the code", () => {
  const parsed = withPayment('"amount":1,"amount":2,"note":"\\u0000"');
  assert.deepEqual(parsed.ok || parsed.rejection, {
    code: "duplicate_key",
    message:
      "Not every reader takes the event alike: payload.amount must be in its object only once; " +
      "payload.note must not have the character U+0000.",
    issues: [
      { path: "payload.amount", message: "must be in its object only once" },
      {
        path: "payload.note",
        message: "must not have the character U+0000",
      },
    ],
  });
});

test("an issue names the path of the field at fault", () => {
  const bytes = new TextEncoder().encode(
    '{"event_type":"payment.authorized.v1","payload":{"amount":-1}}',
  );
  const parsed = parseEvent(bytes);
  assert.ok(!parsed.ok);
  const paths = parsed.rejection.issues.map(({ path }) => path);
  assert.ok(paths.includes("payload.amount"));
  assert.ok(paths.includes("event_id"));
});

test("what is missing, or of another type, is told in plain words", () => {
  const bytes = new TextEncoder().encode(
    '{"event_type":"payment.authorized.v1","event_id":5,"payload":{},"source":null}',
  );
  const parsed = parseEvent(bytes);
  assert.ok(!parsed.ok);
  const told = new Map(
    parsed.rejection.issues.map(({ path, message }) => [path, message]),
  );
  assert.equal(told.get("payload.provider_auth_id"), "must be there");
  assert.equal(told.get("event_id"), "must be a string, not a number");
  assert.equal(told.get("source"), "must be a string, not null");
});

const ofType = (type: string, payload: string) =>
  new TextEncoder().encode(
    `{"event_id":"e","event_type":"${type}","source":"s",` +
      `"timestamp":"2026-01-02T03:04:05Z","payload":{${payload}}}`,
  );
const everyPayload = '"payment_id":"p","amount":1.50,"currency":"USD"';

test("an event of a later type is refused at the door, and taken of the validated topic by what all events have", () => {
  const bytes = ofType("payment.settled.v1", `${everyPayload},"batch":"b-1"`);
  const refused = parseEvent(bytes);
  assert.ok(!refused.ok);
  assert.equal(refused.rejection.code, "unknown_event_type");
  const parsed = parseValidated(bytes);
  assert.ok(parsed.ok);
  assert.equal(parsed.value.payload.batch, "b-1");
  const nameless = parseValidated(ofType("payment.settled.v1", '"amount":1'));
  assert.ok(!nameless.ok);
  assert.equal(nameless.rejection.code, "contract_violation");
  assert.deepEqual(nameless.rejection.issues.map(({ path }) => path), [
    "payload.payment_id",
    "payload.currency",
  ]);
});

test("of the validated topic too, an event of a known type is what its contract says, and a text that is no type is none", () => {
  const known = parseValidated(ofType("payment.authorized.v1", everyPayload));
  assert.ok(!known.ok);
  assert.equal(known.rejection.code, "contract_violation");
  for (const type of ["settled", "payment.settled", "Payment.settled.v1"]) {
    const parsed = parseValidated(ofType(type, everyPayload));
    assert.ok(!parsed.ok, type);
    assert.equal(parsed.rejection.code, "unknown_event_type");
  }
});
