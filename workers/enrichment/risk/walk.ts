import { AS_A_NUMBER, type TreeModel } from "./tree_model.ts";

/** LightGBM's kZeroThreshold, a float of 32 bits: what is no farther from 0 is 0. */
const ZERO = Math.fround(1e-35);

/**
 * The raw score of a row, as LightGBM's `predict(raw_score=True)` has it to the last bit: the same comparisons, and leaves added in
 * the same order.
 *
 * Indexes of a model were proven when it was read, and a row has all of its features, so what is read by them is a number: the casts
 * say so. A side is worked out as a number, 0 or 1, for a branch that goes either way as often takes longer than all the rest.
 *
 * @param row one number for each of the model's features; NaN if it is not known
 * @param contributions what each feature moved the score by is added to it, if it is given: on the way through each tree, the
 *   step in the expected score goes to the feature that was asked (Saabas, 2014)
 */
export function rawScore(
  model: TreeModel,
  row: Float64Array,
  contributions: Float64Array = nowhere(row.length),
): number {
  const { roots, feature, threshold, nanSide, zeroSide, hasZeroSide } = model;
  const { child, step, leaf } = model;
  let raw = 0;
  for (let tree = 0; tree < roots.length; tree++) {
    let node = roots[tree] as number;
    while (node >= 0) {
      const asked = feature[node] as number;
      const value = row[asked] as number;
      let side = value !== value
        ? nanSide[node] as number
        : Number(!(value <= (threshold[node] as number)));
      if (hasZeroSide && value >= -ZERO && value <= ZERO) {
        const ofZero = zeroSide[node] as number;
        if (ofZero !== AS_A_NUMBER) side = ofZero;
      }
      const at = 2 * node + side;
      contributions[asked] = (contributions[asked] as number) +
        (step[at] as number);
      node = child[at] as number;
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
