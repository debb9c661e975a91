import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
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
  const sha256 = sha256Of(renamed);
  assert.throws(() => scorerOf(renamed, card({ sha256 })), /weight/);
});

/** One tree: amounts up to 100 have -2, greater ones 2. */
const MODEL = `tree
version=v4
num_class=1
num_tree_per_iteration=1
label_index=0
max_feature_idx=${featureNames.length - 1}
objective=binary sigmoid:1
feature_names=${featureNames.join(" ")}

Tree=0
num_leaves=2
num_cat=0
split_feature=0
threshold=100
decision_type=10
left_child=-1
right_child=-2
leaf_value=-2 2
internal_value=-2
shrinkage=1

end of trees
`;

function sha256Of(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function card(of: Partial<ModelCard> = {}): ModelCard {
  return {
    id: "test",
    sha256: sha256Of(MODEL),
    features_version: FEATURES_VERSION,
    data: {
      about: "none",
      sha256: "0".repeat(64),
      payments: 1,
      frauds: 1,
      from: "2026-01-01T00:00:00Z",
      until: "2026-02-01T00:00:00Z",
    },
    seed: 1,
    parameters: {},
    versions: {},
    base_rate: 0.01,
    min_history_hours: 24,
    bands: { elevated: 0.2, high: 0.5 },
    worth: { about: "nothing" },
    not_for: ["anything"],
    ...of,
  };
}

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
