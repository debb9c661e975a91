import assert from "node:assert/strict";
import { test } from "node:test";
import {
  auc,
  averagePrecision,
  calibration,
  calibrationError,
  precisionAtTop,
  type Scored,
} from "./figures.ts";

test("a ranking without a mistake has both figures at 1", () => {
  const all = scored([0.9, 0.8, 0.2, 0.1], [1, 1, 0, 0]);
  assert.deepEqual([auc(all), averagePrecision(all)], [1, 1]);
});

test("figures are as scikit-learn defines them, ties among them", () => {
  // By the definitions of its roc_auc_score and average_precision_score, worked out by hand.
  const all = scored([0.8, 0.5, 0.5, 0.5, 0.1, 0.9], [1, 1, 0, 0, 1, 0]);
  assert.equal(auc(all), 1 / 3);
  assert.ok(
    Math.abs(averagePrecision(all) - (1 / 2 + 2 / 5 + 3 / 6) / 3) < 1e-15,
  );
});

test("of payments that are all alike, the area is not a number", () => {
  assert.ok(Number.isNaN(auc(scored([0.1, 0.2], [0, 0]))));
});

test("precision at the top is of each day, and then the mean of days", () => {
  const all = {
    ...scored([0.9, 0.8, 0.1, 0.3, 0.2, 0.1], [1, 0, 1, 0, 0, 1]),
    day: Float64Array.of(1, 1, 1, 2, 2, 2),
  };
  assert.equal(precisionAtTop(all, 2), (1 / 2 + 0) / 2);
});

test("what is predicted as often as it happens is well calibrated", () => {
  const scores = new Array<number>(100).fill(0.2);
  const all = scored(scores, scores.map((_, n) => n < 20 ? 1 : 0));
  assert.ok(calibrationError(calibration(all)) < 1e-12);
  const never = scored(scores, scores.map(() => 0));
  assert.ok(Math.abs(calibrationError(calibration(never)) - 0.2) < 1e-12);
});

function scored(scores: number[], isFraud: number[]): Scored {
  return {
    scores: Float64Array.from(scores),
    isFraud: Uint8Array.from(isFraud),
    day: new Float64Array(scores.length),
  };
}
