import assert from "node:assert/strict";
import { test } from "node:test";
import { isProven } from "./broker_version.ts";

// What brokers answered of Fetch when they were asked.
test("Kafka 3.9 and newer are proven, and nothing older", () => {
  assert.equal(isProven({ versions: { 1: { maxVersion: 18 } } }), true);
  assert.equal(isProven({ versions: { 1: { maxVersion: 17 } } }), true);
  assert.equal(isProven({ versions: { 1: { maxVersion: 16 } } }), false);
  assert.equal(isProven({ versions: null }), false);
});
