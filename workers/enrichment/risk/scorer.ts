import { createHash } from "node:crypto";
import { featureNames, FEATURES_VERSION } from "../features/features.ts";
import { exponential } from "./exponential.ts";
import type { ModelCard } from "./model_card.ts";
import type { Band, Degradation, Reason, Score, Scorer } from "./score.ts";
import { ModelError, readTreeModel, type TreeModel } from "./tree_model.ts";
import { rawScore } from "./walk.ts";

/** How many reasons a score has at most. */
const REASONS = 5;
/** A smaller contribution to the log-odds is no reason. */
const LEAST = 0.01;
const MILLION = 1_000_000;

/** Without a model there is one score: the base rate of what was given, and of nothing 0. */
export function scorerWithoutModel(baseRate = 0): Scorer {
  const degraded = ["no_model"] as const;
  const score = {
    score: baseRate,
    band: "low",
    reasons: [],
    degraded,
  } as const;
  return { model: null, score: () => score };
}

/**
 * @param text of the model, as LightGBM writes it
 * @throws {ModelError} if the card is of another model, or the model of other features than are made here
 */
export function scorerOf(text: string, card: ModelCard): Scorer {
  const sha256 = createHash("sha256").update(text).digest("hex");
  if (sha256 !== card.sha256) {
    throw new ModelError(
      `The model's card is of another model: it says ${card.sha256}, and the model has the SHA-256 ${sha256}.`,
    );
  }
  const model = readTreeModel(text);
  if (card.features_version !== FEATURES_VERSION) {
    throw new ModelError(
      `The model was trained with version ${card.features_version} of the features, and these are of version ${FEATURES_VERSION}: train it again.`,
    );
  }
  const other = model.featureNames.find((name, n) => name !== featureNames[n]);
  if (
    other !== undefined || model.featureNames.length !== featureNames.length
  ) {
    throw new ModelError(
      `The model's features are not those that are made here: ${
        other ?? "their number differs"
      }.`,
    );
  }
  return {
    model: { id: card.id, sha256 },
    score: (row, historyHours) => scoreOf(model, card, row, historyHours),
  };
}

/** The probability that a raw score stands for, as LightGBM's objective `binary` has it. */
export function probabilityOf(raw: number, sigmoid: number): number {
  return 1 / (1 + exponential(-sigmoid * raw));
}

const [CUSTOMER, MERCHANT, AMOUNT] = [
  featureNames.indexOf("customer_payments_1d"),
  featureNames.indexOf("merchant_payments_1d"),
  featureNames.indexOf("amount"),
];

/** Of the score at hand: nothing waits in between. */
const contributions = new Float64Array(featureNames.length);

function scoreOf(
  model: TreeModel,
  { base_rate, bands, min_history_hours }: ModelCard,
  row: Float64Array,
  historyHours: number,
): Score {
  const isShort = historyHours < min_history_hours;
  const degraded = degradedOf(row, isShort);
  // With too little of the past everybody is new; and of somebody nameless at nobody's, the model has nothing to go by.
  if (
    isShort ||
    degraded.includes("no_customer") && degraded.includes("no_merchant")
  ) {
    return {
      score: base_rate,
      band: bandOf(base_rate, bands),
      reasons: [],
      degraded,
    };
  }
  contributions.fill(0);
  const raw = rawScore(model, row, contributions);
  const score = Math.round(probabilityOf(raw, model.sigmoid) * MILLION) /
    MILLION;
  return {
    score,
    band: bandOf(score, bands),
    reasons: reasonsOf(contributions, row),
    degraded,
  };
}

function degradedOf(
  row: Float64Array,
  isShort: boolean,
): readonly Degradation[] {
  const isUnknown = (at: number) => Number.isNaN(row[at] ?? NaN);
  const all: Degradation[] = [];
  if (isShort) all.push("short_history");
  if (isUnknown(CUSTOMER)) all.push("no_customer");
  if (isUnknown(MERCHANT)) all.push("no_merchant");
  if (isUnknown(AMOUNT)) all.push("no_rate");
  return all;
}

function bandOf(score: number, { elevated, high }: ModelCard["bands"]): Band {
  if (score >= high) return "high";
  return score >= elevated ? "elevated" : "low";
}

/** The features that moved the score most, up or down; of two that moved it alike, the one that comes first in the list. */
function reasonsOf(
  contributions: Float64Array,
  row: Float64Array,
): readonly Reason[] {
  const most: number[] = [];
  const weightOf = (feature: number | undefined) =>
    feature === undefined ? 0 : Math.abs(contributions[feature] ?? 0);
  for (let n = 0; n < contributions.length; n++) {
    const weight = weightOf(n);
    if (weight < LEAST || weight <= weightOf(most[REASONS - 1])) continue;
    let place = Math.min(most.length, REASONS - 1);
    for (; place > 0 && weight > weightOf(most[place - 1]); place--) {
      most[place] = most[place - 1] ?? 0;
    }
    most[place] = n;
  }
  return most.map((feature) => {
    const value = row[feature] ?? NaN;
    const contribution = Math.round((contributions[feature] ?? 0) * MILLION) /
      MILLION;
    const name = featureNames[feature] ?? "";
    return Number.isNaN(value)
      ? { feature: name, contribution }
      : { feature: name, value, contribution };
  });
}
