import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseJsonObject, parsePaymentAuthorized } from "./parse.ts";

test("no bytes make the door throw", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
    parsePaymentAuthorized(bytes);
  }));
  fc.assert(fc.property(fc.json(), (text) => {
    parsePaymentAuthorized(new TextEncoder().encode(text));
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

test("an issue names the path of the field at fault", () => {
  const bytes = new TextEncoder().encode(
    '{"event_type":"payment.authorized.v1","payload":{"amount":-1}}',
  );
  const parsed = parsePaymentAuthorized(bytes);
  assert.ok(!parsed.ok);
  const paths = parsed.rejection.issues.map(({ path }) => path);
  assert.ok(paths.includes("payload.amount"));
  assert.ok(paths.includes("event_id"));
});
