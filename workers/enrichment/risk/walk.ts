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
 *
 * Indexes of a model were proven when it was read, and a row has all of its features: what is read by them is a number. The casts say
 * so, because a check of each took a third of the time.
 */
export function rawScore(
  model: TreeModel,
  row: Float64Array,
  contributions: Float64Array = nowhere(row.length),
): number {
  // As local names, for the loop below runs some hundred times a score.
  const { roots, feature, threshold, left, right, leaf } = model;
  const { missing: kinds, goesLeft, stepLeft, stepRight } = model;
  let raw = 0;
  for (let tree = 0; tree < roots.length; tree++) {
    let node = roots[tree] as number;
    while (node >= 0) {
      const asked = feature[node] as number;
      const value = row[asked] as number;
      const kind = kinds[node];
      const isNan = value !== value;
      let isLeft: boolean;
      if (kind === missing.nan) {
        isLeft = isNan
          ? goesLeft[node] === 1
          : value <= (threshold[node] as number);
      } else {
        const known = isNan ? 0 : value;
        const isMissing = kind === missing.zero && known >= -ZERO &&
          known <= ZERO;
        isLeft = isMissing
          ? goesLeft[node] === 1
          : known <= (threshold[node] as number);
      }
      const step = (isLeft ? stepLeft[node] : stepRight[node]) as number;
      contributions[asked] = (contributions[asked] as number) + step;
      node = (isLeft ? left[node] : right[node]) as number;
    }
    raw += leaf[~node] as number;
  }
  return raw;
}

let unread = new Float64Array(0);

/** For contributions that nobody asked for. */
function nowhere(length: number): Float64Array {
  if (unread.length < length) unread = new Float64Array(length);
  return unread;
}
