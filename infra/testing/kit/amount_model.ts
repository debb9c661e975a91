import { createHash } from "node:crypto";
import {
  featureNames,
  FEATURES_VERSION,
} from "../../../workers/enrichment/features/features.ts";
import type { ModelCard } from "../../../workers/enrichment/risk/model_card.ts";

/**
 * A model of one tree, as LightGBM writes it, that goes by the amount alone.
 *
 * @param limits the amounts up to which a raw score is given, the lowest first
 * @param raws a raw score for each limit, and one for amounts above the last
 */
export function amountModel(
  limits: readonly number[],
  raws: readonly number[],
): string {
  const nodes = [...limits.keys()];
  const each = (of: (n: number) => number) => nodes.map(of).join(" ");
  return `tree
version=v4
num_class=1
num_tree_per_iteration=1
label_index=0
max_feature_idx=${featureNames.length - 1}
objective=binary sigmoid:1
feature_names=${featureNames.join(" ")}

Tree=0
num_leaves=${raws.length}
num_cat=0
split_feature=${each(() => featureNames.indexOf("amount"))}
threshold=${limits.join(" ")}
decision_type=${each(() => 10)}
left_child=${each((n) => ~n)}
right_child=${each((n) => n + 1 < limits.length ? n + 1 : ~(n + 1))}
leaf_value=${raws.join(" ")}
internal_value=${each(() => raws[0] ?? 0)}
shrinkage=1

end of trees
`;
}

/** The card of a model's text. It asks for a day of history. */
export function cardOf(text: string, its: Partial<ModelCard> = {}): ModelCard {
  return {
    id: "test",
    sha256: createHash("sha256").update(text).digest("hex"),
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
    ...its,
  };
}
