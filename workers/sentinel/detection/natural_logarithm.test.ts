import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { naturalLogarithm } from "./natural_logarithm.ts";

test("it is Math.log's to the last digits", () => {
  fc.assert(fc.property(
    fc.double({ min: 1e-12, max: 1e12, noNaN: true }),
    (x) => {
      const off = Math.abs(naturalLogarithm(x) - Math.log(x));
      assert.ok(off <= 1e-15 * Math.max(1, Math.abs(Math.log(x))) * 4, `${x}`);
    },
  ));
});

test("of 1 it is 0", () => {
  assert.equal(naturalLogarithm(1), 0);
});
