import type { Reading, TreeModel } from "./tree_model.ts";

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
  contributions?: Float64Array,
): number {
  const { roots, readings, reading, threshold, child, step, leaf } = model;
  if (values.length < readings.length) {
    values = new Float64Array(readings.length);
    moved = new Float64Array(readings.length);
  }
  for (let n = 0; n < readings.length; n++) {
    values[n] = valueOf(readings[n] as Reading, row);
    moved[n] = 0;
  }
  let raw = 0;
  for (let tree = 0; tree < roots.length; tree++) {
    let node = roots[tree] as number;
    while (node >= 0) {
      const asked = reading[node] as number;
      const at = 2 * node +
        Number(!((values[asked] as number) <= (threshold[node] as number)));
      moved[asked] = (moved[asked] as number) + (step[at] as number);
      node = child[at] as number;
    }
    raw += leaf[~node] as number;
  }
  if (contributions === undefined) return raw;
  for (let n = 0; n < readings.length; n++) {
    const { feature } = readings[n] as Reading;
    contributions[feature] = (contributions[feature] as number) +
      (moved[n] as number);
  }
  return raw;
}

/** Of the row at hand, by reading: what is compared, and what it moved the score by. Nothing waits in between. */
let values = new Float64Array(0);
let moved = new Float64Array(0);

function valueOf(
  { feature, ofNaN, ofZero }: Reading,
  row: Float64Array,
): number {
  const value = row[feature] as number;
  if (value !== value) return ofNaN;
  return ofZero !== undefined && value >= -ZERO && value <= ZERO
    ? ofZero
    : value;
}
