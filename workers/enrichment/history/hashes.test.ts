import assert from "node:assert/strict";
import { test } from "node:test";
import { distinctOf } from "./distinct.ts";
import { hash32, hash53, slotOf } from "./hashes.ts";

test("hashes are what they always were, for they are remembered", () => {
  assert.deepEqual(
    ["", "cus_1", "käufer"].map((text) => [hash32(text), hash53(text)]),
    [[2872998923, 2103755163991051], [2594315117, 2815869052918637], [
      3473647406,
      6352676716259118,
    ]],
  );
});

test("a thousand ids spread over all slots", () => {
  const slots = new Set(
    Array.from({ length: 1_000 }, (_, n) => slotOf(`customer:test:${n}`)),
  );
  assert.equal(slots.size, 64);
});

test("an estimate of distinct things is near the truth while slots are free", () => {
  for (const count of [1, 5, 20, 60]) {
    const slots = new Set(
      Array.from({ length: count }, (_, n) => slotOf(`instrument:test:${n}`)),
    );
    const estimate = distinctOf(slots.size);
    assert.ok(Math.abs(estimate - count) <= Math.max(1, count / 4));
  }
});
