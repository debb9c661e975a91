import { missing, type TreeModel } from "./tree_model.ts";

/** LightGBM's kZeroThreshold, a float of 32 bits. */
const ZERO = Math.fround(1e-35);

/**
 * The raw score of a row, as LightGBM's `predict(raw_score=True)` has it to the last bit: the same comparisons, and leaves added in
 * the same order.
 *
 * @param row one number for each of the model's features; NaN if it is not known
 * @param contributions what each feature moved the score by is added to it, if it is given: on the way through each tree, the
 *   step in the expected score goes to the feature that was asked (Saabas, 2014)
 */
export function rawScore(
  model: TreeModel,
  row: Float64Array,
  contributions?: Float64Array,
): number {
  const { roots, feature, threshold, left, right, leaf } = model;
  let raw = 0;
  for (let tree = 0; tree < roots.length; tree++) {
    let node = roots[tree] ?? -1;
    while (node >= 0) {
      const asked = feature[node] ?? 0;
      const isLeft = goesLeft(
        model,
        node,
        row[asked] ?? NaN,
        threshold[node] ?? 0,
      );
      if (contributions !== undefined) {
        const step = (isLeft ? model.stepLeft[node] : model.stepRight[node]) ??
          0;
        contributions[asked] = (contributions[asked] ?? 0) + step;
      }
      node = (isLeft ? left[node] : right[node]) ?? -1;
    }
    raw += leaf[~node] ?? 0;
  }
  return raw;
}

function goesLeft(
  model: TreeModel,
  node: number,
  value: number,
  threshold: number,
): boolean {
  const kind = model.missing[node];
  const isNan = value !== value;
  if (kind === missing.nan) {
    return isNan ? model.goesLeft[node] === 1 : value <= threshold;
  }
  const known = isNan ? 0 : value;
  if (kind === missing.zero && known >= -ZERO && known <= ZERO) {
    return model.goesLeft[node] === 1;
  }
  return known <= threshold;
}
