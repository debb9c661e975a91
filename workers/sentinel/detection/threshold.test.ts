import assert from "node:assert/strict";
import { test } from "node:test";
import { NAT } from "./evidence.ts";
import { thresholdOf } from "./threshold.ts";

/** Maxima that follow the law exactly, by their quantiles. */
function blocks(fall: number, location: number, count = 168): number[] {
  return Array.from({ length: count }, (_, index) => {
    const p = (index + 0.5) / count;
    return Math.round((location - Math.log(-Math.log(p)) / fall) * NAT);
  });
}

test("a tenth of the budget takes 2.3 nats more", () => {
  const maxima = blocks(1, 2.5);
  const off = thresholdOf(maxima, 0.05) - thresholdOf(maxima, 0.5);
  assert.ok(Math.abs(off / NAT - Math.log(10)) < 0.1, `${off}`);
});

test("counts that stray more need more evidence", () => {
  assert.ok(
    thresholdOf(blocks(0.6, 4), 0.1) >
      thresholdOf(blocks(1, 2.5), 0.1) + 3 * NAT,
  );
});

test("ten incidents among the blocks move it little", () => {
  const quiet = blocks(1, 2.5);
  const withIncidents = [...quiet.slice(10), ...Array(10).fill(400 * NAT)];
  const off = thresholdOf(withIncidents, 0.1) - thresholdOf(quiet, 0.1);
  assert.ok(off < 1.5 * NAT, `${off / NAT}`);
});
