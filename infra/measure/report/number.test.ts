import assert from "node:assert/strict";
import { test } from "node:test";
import { readable, withUnit } from "./number.ts";

test("a number has about three digits, and all of those before the point", () => {
  const shown = [12_345.6, 999.6, 99.96, 38.04, 38.44, 8.126, 0.844, 0.01234];
  assert.deepEqual(
    shown.map(readable),
    ["12,346", "1,000", "100", "38", "38.4", "8.13", "0.84", "0.0123"],
  );
});

test("nothing, and what is no number, is a dash", () => {
  assert.deepEqual([undefined, NaN, Infinity].map(readable), ["–", "–", "–"]);
  assert.equal(withUnit(undefined, "ms"), "–");
});

test("a count stands without a unit", () => {
  assert.equal(withUnit(1_000, ""), "1,000");
  assert.equal(withUnit(38, "ms"), "38 ms");
});
