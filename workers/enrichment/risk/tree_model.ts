/**
 * A tree ensemble as LightGBM's `save_model` writes it, read into flat arrays. What is read is what the text promises: numerical
 * splits, one class, the objective `binary`. Anything else is refused, not guessed.
 *
 * @module
 */

/** All trees, their nodes one after another. A child below 0 is a leaf: `~child` is its index. */
export type TreeModel = {
  readonly featureNames: readonly string[];
  /** Of the objective: the probability is 1 / (1 + exp(-sigmoid * raw)). */
  readonly sigmoid: number;
  /** The first node of each tree; below 0, a tree that is one leaf. */
  readonly roots: Int32Array;
  readonly feature: Int32Array;
  readonly threshold: Float64Array;
  /** How a node treats what is missing: see `missing`; and which way it goes then. */
  readonly missing: Uint8Array;
  readonly goesLeft: Uint8Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** By how much a step to the left or right moves the expected raw score. */
  readonly stepLeft: Float64Array;
  readonly stepRight: Float64Array;
  readonly leaf: Float64Array;
};

/** What a node takes for missing: nothing (NaN is 0), what is as good as 0, or NaN. */
export const missing = { none: 0, zero: 1, nan: 2 } as const;

/** The text is no model, or none that can be walked here. */
export class ModelError extends Error {
  override readonly name = "ModelError";
}

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
  const [kind, goesLeft]: [number[], number[]] = [[], []];
  const [left, right]: [number[], number[]] = [[], []];
  const [stepLeft, stepRight]: [number[], number[]] = [[], []];
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
    threshold.push(...of("threshold"));
    for (const decision of of("decision_type")) {
      if (decision & CATEGORICAL) {
        throw new ModelError("The model has categorical splits.");
      }
      kind.push((decision >> MISSING_SHIFT) & 3);
      goesLeft.push(decision & DEFAULT_LEFT ? 1 : 0);
    }
    internal.forEach((value, n) => {
      const [l, r] = [lefts[n] ?? 0, rights[n] ?? 0];
      left.push(placed(l));
      right.push(placed(r));
      stepLeft.push(valueOf(l) - value);
      stepRight.push(valueOf(r) - value);
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
    missing: Uint8Array.from(kind),
    goesLeft: Uint8Array.from(goesLeft),
    left: Int32Array.from(left),
    right: Int32Array.from(right),
    stepLeft: Float64Array.from(stepLeft),
    stepRight: Float64Array.from(stepRight),
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
