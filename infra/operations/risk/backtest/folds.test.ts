import assert from "node:assert/strict";
import { test } from "node:test";
import { foldsOf, labelledUntilMs } from "./folds.ts";

const DAY_MS = 86_400_000;
const usual = { trainDays: 28, delayDays: 7, testDays: 7, folds: 4 };

test("the last test ends with the labels, and the tests join without a gap", () => {
  const folds = foldsOf({ startMs: 0, endMs: 100 * DAY_MS }, usual);
  assert.deepEqual(
    folds.map(({ testFromMs, testToMs }) =>
      [testFromMs, testToMs].map((ms) => ms / DAY_MS)
    ),
    [[72, 79], [79, 86], [86, 93], [93, 100]],
  );
});

test("training ends the delay before its test", () => {
  const [fold] = foldsOf({ startMs: 0, endMs: 42 * DAY_MS }, {
    ...usual,
    folds: 1,
  });
  assert.deepEqual(fold, {
    trainFromMs: 0,
    trainToMs: 28 * DAY_MS,
    testFromMs: 35 * DAY_MS,
    testToMs: 42 * DAY_MS,
  });
});

test("a file that is too short has fewer folds", () => {
  assert.equal(foldsOf({ startMs: 0, endMs: 50 * DAY_MS }, usual).length, 2);
  assert.equal(foldsOf({ startMs: 0, endMs: 41 * DAY_MS }, usual).length, 0);
});

test("days whose disputes are still to come are not tested", () => {
  const lagsMs = Float64Array.from({ length: 100 }, (_, n) => n * DAY_MS / 10);
  const lastPaymentMs = 50 * DAY_MS - 1;
  const cut = labelledUntilMs({ lastPaymentMs, endMs: lastPaymentMs, lagsMs });
  assert.equal(cut, 40 * DAY_MS);
  const whole = labelledUntilMs({
    lastPaymentMs,
    endMs: 60 * DAY_MS,
    lagsMs,
  });
  assert.equal(whole, 50 * DAY_MS);
});
