import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import fc from "fast-check";
import { headers } from "#contracts/headers.ts";
import { header } from "./headers.ts";
import { receivedAt, receivedAtMs } from "./received_at.ts";

function recordOf(value: Buffer) {
  return { headers: [{ name: headers.receivedAt, value }] };
}

/** One to fourteen digits of ASCII, and nothing else. */
function asText(value: Buffer): number | undefined {
  const text = value.toString("utf8");
  return /^\d{1,14}$/.test(text) ? Number(text) : undefined;
}

test("one to fourteen digits are milliseconds, and everything else counts as absent", () => {
  const nearlyDigits = fc.string({
    unit: fc.constantFrom(..."0123456789", "-", " ", "\n", ".", "e", "٣"),
    maxLength: 16,
  }).map((text) => Buffer.from(text));
  const digits = fc.nat(2e14).map((ms) => Buffer.from(`${ms}`));
  const anything = fc.uint8Array({ maxLength: 16 })
    .map((bytes) => Buffer.from(bytes));
  let read = 0;
  fc.assert(
    fc.property(fc.oneof(nearlyDigits, digits, anything), (value) => {
      const ms = receivedAtMs(recordOf(value));
      assert.equal(ms, asText(value));
      assert.equal(receivedAt(recordOf(value))?.getTime(), ms);
      if (ms !== undefined) read++;
    }),
    { numRuns: 3_000 },
  );
  assert.ok(read > 100, `${read}`);
});

test("of several the first one counts", () => {
  const stated = ["17", "18"].map((ms) => header(headers.receivedAt, ms));
  assert.equal(
    receivedAtMs({ headers: [header(headers.provider, "1"), ...stated] }),
    17,
  );
  assert.equal(receivedAtMs({ headers: [] }), undefined);
});
