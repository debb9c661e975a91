/**
 * A tree ensemble as LightGBM's `save_model` writes it, read into flat arrays. What is read is what the text promises: numerical
 * splits, one class, the objective `binary`. Anything else is refused, not guessed.
 *
 * @module
 */

/** All trees, their nodes one after another. What is of a node's sides lies at `2 * node`, left, and behind it, right. */
export type TreeModel = {
  readonly featureNames: readonly string[];
  /** Of the objective: the probability is 1 / (1 + exp(-sigmoid * raw)). */
  readonly sigmoid: number;
  /** The first node of each tree; below 0, a tree that is one leaf. */
  readonly roots: Int32Array;
  readonly feature: Int32Array;
  readonly threshold: Float64Array;
  /** The side that NaN goes to: 0 is left, 1 right. */
  readonly nanSide: Uint8Array;
  /** The side that 0 goes to, if the node takes it for missing: 0 or 1; else `AS_A_NUMBER`. */
  readonly zeroSide: Uint8Array;
  /** Whether any node takes 0 for missing. */
  readonly hasZeroSide: boolean;
  /** Of both sides. A child below 0 is a leaf: `~child` is its index. */
  readonly child: Int32Array;
  /** Of both sides: by how much a step there moves the expected raw score. */
  readonly step: Float64Array;
  readonly leaf: Float64Array;
};

export const AS_A_NUMBER = 2;

/** The text is no model, or none that can be walked here. */
export class ModelError extends Error {
  override readonly name = "ModelError";
}

/** What a node takes for missing: nothing (NaN is 0), what is as good as 0, or NaN. */
const missing = { none: 0, zero: 1, nan: 2 } as const;

/** Bits of `decision_type`, and how far to shift for the kind of missing. */
const CATEGORICAL = 1;
const DEFAULT_LEFT = 2;
const MISSING_SHIFT = 2;

type Fields = ReadonlyMap<string, string>;

/** @throws {ModelError} */
export function readTreeModel(text: string): TreeModel {
  const [head = "", ...rest] = text.split(/^Tree=\d+$/m);
  const header = fieldsOf(head);
  if (!head.startsWith("tree\n")) {
    throw new ModelError('A model of LightGBM begins with the line "tree".');
  }
  if (!/^end of trees$/m.test(text)) {
    throw new ModelError(
      'The model has no line "end of trees": it is cut off.',
    );
  }
  if (required(header, "num_class") !== "1") {
    throw new ModelError("The model must have one class (num_class=1).");
  }
  if (head.split("\n").includes("average_output")) {
    throw new ModelError("The model is a random forest, which is not read.");
  }
  const objective = required(header, "objective");
  const sigmoid = Number(/^binary sigmoid:(\S+)$/.exec(objective)?.[1]);
  if (!(sigmoid > 0)) {
    throw new ModelError(
      `The model's objective must be "binary sigmoid:…", not "${objective}".`,
    );
  }
  const featureNames = required(header, "feature_names").split(" ");
  const trees = rest.map((tree) =>
    fieldsOf(tree.split("end of trees")[0] ?? "")
  );
  return { featureNames, sigmoid, ...flat(trees, featureNames.length) };
}

function flat(
  trees: readonly Fields[],
  features: number,
): Omit<TreeModel, "featureNames" | "sigmoid"> {
  const roots: number[] = [];
  const [feature, threshold]: [number[], number[]] = [[], []];
  const [nanSide, zeroSide]: [number[], number[]] = [[], []];
  const [child, step]: [number[], number[]] = [[], []];
  const leaf: number[] = [];
  for (const tree of trees) {
    const count = Number(required(tree, "num_leaves"));
    const [node, firstLeaf] = [feature.length, leaf.length];
    const values = numbers(tree, "leaf_value", count);
    leaf.push(...values);
    if (count === 1) {
      roots.push(~firstLeaf);
      continue;
    }
    roots.push(node);
    const of = (key: string) => numbers(tree, key, count - 1);
    const [lefts, rights] = [of("left_child"), of("right_child")];
    const internal = of("internal_value");
    const valueOf = (child: number) =>
      (child < 0 ? values[~child] : internal[child]) ?? 0;
    const placed = (child: number) => {
      if (child >= count - 1 || ~child >= count) {
        throw new ModelError(`A tree of the model has no child ${child}.`);
      }
      return child < 0 ? ~(firstLeaf + ~child) : node + child;
    };
    feature.push(...of("split_feature"));
    const thresholds = of("threshold");
    threshold.push(...thresholds);
    of("decision_type").forEach((decision, n) => {
      if (decision & CATEGORICAL) {
        throw new ModelError("The model has categorical splits.");
      }
      const kind = (decision >> MISSING_SHIFT) & 3;
      const side = decision & DEFAULT_LEFT ? 0 : 1;
      const sideOfZero = 0 <= (thresholds[n] ?? 0) ? 0 : 1;
      nanSide.push(kind === missing.none ? sideOfZero : side);
      zeroSide.push(kind === missing.zero ? side : AS_A_NUMBER);
    });
    internal.forEach((value, n) => {
      for (const next of [lefts[n] ?? 0, rights[n] ?? 0]) {
        child.push(placed(next));
        step.push(valueOf(next) - value);
      }
    });
  }
  if (feature.some((one) => one < 0 || one >= features)) {
    throw new ModelError(
      "The model splits by a feature that it does not name.",
    );
  }
  return {
    roots: Int32Array.from(roots),
    feature: Int32Array.from(feature),
    threshold: Float64Array.from(threshold),
    nanSide: Uint8Array.from(nanSide),
    zeroSide: Uint8Array.from(zeroSide),
    hasZeroSide: zeroSide.some((side) => side !== AS_A_NUMBER),
    child: Int32Array.from(child),
    step: Float64Array.from(step),
    leaf: Float64Array.from(leaf),
  };
}

function fieldsOf(text: string): Fields {
  const fields = text.split("\n").flatMap((line): [string, string][] => {
    const at = line.indexOf("=");
    return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 1)]];
  });
  return new Map(fields);
}

function required(fields: Fields, key: string): string {
  const value = fields.get(key);
  if (value !== undefined) return value;
  throw new ModelError(`The model has no line "${key}=…" where it must be.`);
}

function numbers(fields: Fields, key: string, count: number): number[] {
  const all = required(fields, key).split(" ").map(numberIn);
  if (all.length === count && !all.some(Number.isNaN)) return all;
  throw new ModelError(`The model's "${key}" must be ${count} numbers.`);
}

/** As C++ writes numbers: a split between NaN and all else has the threshold `inf`. */
function numberIn(text: string): number {
  if (text === "inf") return Infinity;
  return text === "-inf" ? -Infinity : Number(text);
}
