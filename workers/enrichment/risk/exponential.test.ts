import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { exponential } from "./exponential.ts";

test("the exponential is what the engine has, but for the last bits", () => {
  fc.assert(
    fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => {
      const expected = Math.exp(x);
      assert.ok(
        Math.abs(exponential(x) - expected) <= 2 * Number.EPSILON * expected,
      );
    }),
    { numRuns: 10_000 },
  );
});

test("the exponential of 0 is 1, and what lies beyond its bounds is taken for them", () => {
  assert.equal(exponential(0), 1);
  assert.equal(exponential(10_000), exponential(700));
  assert.equal(exponential(-10_000), exponential(-700));
});
