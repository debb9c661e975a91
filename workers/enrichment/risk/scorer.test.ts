import assert from "node:assert/strict";
import { test } from "node:test";
import { amountModel, cardOf } from "#kit/amount_model.ts";
import { featureNames, FEATURES_VERSION } from "../features/features.ts";
import type { ModelCard } from "./model_card.ts";
import { readScorer } from "./read_scorer.ts";
import { scorerOf, scorerWithoutModel } from "./scorer.ts";

test("the model that ships fits the features that are made here, and is small", () => {
  const { model } = readScorer();
  assert.match(model?.sha256 ?? "", /^[0-9a-f]{64}$/);
});

test("a score has its band, and its reasons from the weightiest on", () => {
  const score = scorerOf(MODEL, card()).score(row({ amount: 500 }), 24);
  assert.equal(score.score, 0.880797);
  assert.equal(score.band, "high");
  assert.deepEqual(score.reasons, [
    { feature: "amount", value: 500, contribution: 4 },
  ]);
  assert.deepEqual(score.degraded, []);
});

test("of a payment of nobody at nobody's, the score is the base rate, and says why", () => {
  const row = new Float64Array(featureNames.length).fill(NaN);
  const score = scorerOf(MODEL, card()).score(row, 24);
  assert.deepEqual(score, {
    score: 0.01,
    band: "low",
    reasons: [],
    degraded: ["no_customer", "no_merchant", "no_rate"],
  });
});

test("from a history that is shorter than the model needs, the score is the base rate, and says why", () => {
  const scorer = scorerOf(MODEL, card({ min_history_hours: 24 }));
  assert.deepEqual(scorer.score(row({ amount: 500 }), 23), {
    score: 0.01,
    band: "low",
    reasons: [],
    degraded: ["short_history"],
  });
  assert.deepEqual(scorer.score(row({ amount: 500 }), 24).degraded, []);
});

test("without a model, the score is the base rate, and says why", () => {
  const scorer = scorerWithoutModel(0.02);
  assert.equal(scorer.model, null);
  const { score, degraded } = scorer.score(row({}), 24);
  assert.deepEqual([score, degraded], [0.02, ["no_model"]]);
});

test("a model with another's card is refused, and one of other features", () => {
  const other = card({ sha256: "0".repeat(64) });
  assert.throws(() => scorerOf(MODEL, other), /card is of another model/);
  const later = card({ features_version: FEATURES_VERSION + 1 });
  assert.throws(() => scorerOf(MODEL, later), /train it again/);
  const renamed = MODEL.replace("feature_names=amount", "feature_names=weight");
  assert.throws(() => scorerOf(renamed, cardOf(renamed)), /weight/);
});

/** Amounts up to 100 have -2, greater ones 2. */
const MODEL = amountModel([100], [-2, 2]);

const card = (its: Partial<ModelCard> = {}) => cardOf(MODEL, its);

/** Of a customer and a merchant who are known. */
function row(named: Readonly<Record<string, number>>): Float64Array {
  const known = {
    customer_payments_1d: 1,
    merchant_payments_1d: 1,
    amount: 50,
    ...named,
  };
  return Float64Array.from(
    featureNames,
    (name) => new Map(Object.entries(known)).get(name) ?? NaN,
  );
}
