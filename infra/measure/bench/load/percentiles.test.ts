import assert from "node:assert/strict";
import { test } from "node:test";
import { percentilesOf } from "./percentiles.ts";

test("a percentile is the value that so many are at or below", () => {
  const values = Float64Array.from(
    { length: 1_000 },
    (_, index) => 1_000 - index,
  );
  assert.deepEqual(percentilesOf(values), {
    p50: 500,
    p95: 950,
    p99: 990,
    p999: 999,
    max: 1_000,
  });
});

test("of one value, each percentile is that one; of none, there is none", () => {
  const { p50, p999, max } = percentilesOf(Float64Array.from([7]));
  assert.deepEqual([p50, p999, max], [7, 7, 7]);
  assert.ok(Number.isNaN(percentilesOf(new Float64Array()).p99));
});
