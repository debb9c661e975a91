import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decimalsOf } from "#contracts/currencies.ts";
import { amountOf, minorUnits, rescale } from "./minor_units.ts";

test("a currency has the decimals of ISO 4217", () => {
  assert.deepEqual(
    ["USD", "EUR", "GBP", "JPY", "KWD", "BHD"].map(decimalsOf),
    [2, 2, 2, 0, 3, 3],
  );
});

test("a decimal text is read as minor units to the last digit", () => {
  assert.equal(minorUnits("49.90", 2), 4990n);
  assert.equal(minorUnits("49.9", 2), 4990n);
  assert.equal(minorUnits("50", 0), 50n);
  assert.equal(minorUnits("50.00", 0), 50n);
  assert.equal(minorUnits("0.015", 3), 15n);
});

test("a text with more decimals than asked for is no amount", () => {
  for (const text of ["49.901", "", ".5", "5.", "-1", "1e3", "1,5"]) {
    assert.equal(minorUnits(text, 2), undefined, text);
  }
});

test("an amount in JSON is the minor units to the last digit", () => {
  fc.assert(fc.property(
    fc.bigInt({ min: 1n, max: 999_999_999_999_999n }),
    fc.constantFrom(0, 2, 3),
    (minor, decimals) => {
      const text = JSON.stringify(amountOf(minor, decimals));
      assert.equal(minorUnits(text, decimals), minor, text);
    },
  ));
});

test("an amount keeps its units in a currency of other decimals, and never becomes nothing", () => {
  assert.equal(rescale(4990n, { from: 2, to: 3 }), 49_900n);
  assert.equal(rescale(4990n, { from: 2, to: 0 }), 49n);
  assert.equal(rescale(40n, { from: 2, to: 0 }), 1n);
});
