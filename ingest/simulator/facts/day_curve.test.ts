import assert from "node:assert/strict";
import { test } from "node:test";
import { dayCurve } from "./day_curve.ts";

const HOUR_MS = 3_600_000;
const MONDAY = Date.UTC(2026, 0, 5);
const at = (hours: number) => dayCurve(MONDAY + hours * HOUR_MS, 0);

test("over a week its mean is 1, so that payments a day are as many as were asked for", () => {
  const all = Array.from({ length: 7 * 24 * 60 }, (_, n) => at(n / 60));
  const mean = all.reduce((sum, one) => sum + one, 0) / all.length;
  assert.ok(Math.abs(mean - 1) < 0.01, `${mean}`);
  assert.ok(all.every((one) => one > 0));
});

test("nights and weekends are quieter, by the clocks of those who pay", () => {
  assert.ok(at(4) < at(12) / 3);
  assert.ok(at(5 * 24 + 12) < at(12));
  assert.equal(dayCurve(MONDAY + 4 * HOUR_MS, 9), at(13));
});
