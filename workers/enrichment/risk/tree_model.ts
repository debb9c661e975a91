/**
 * A tree ensemble as LightGBM's `save_model` writes it, read into flat arrays. What is read is what the text promises: numerical
 * splits, one class, the objective `binary`. Anything else is refused, not guessed.
 *
 * @module
 */

/**
 * All trees, their nodes one after another. What is of a node's sides lies at `2 * node`, left, and behind it, right.
 *
 * What is missing is not asked at each node: a node compares a reading of its feature that goes to the right side by itself. There
 * are as many readings of a feature as its nodes take different things for missing.
 */
export type TreeModel = {
  readonly featureNames: readonly string[];
  /** Of the objective: the probability is 1 / (1 + exp(-sigmoid * raw)). */
  readonly sigmoid: number;
  /** The first node of each tree; below 0, a tree that is one leaf. */
  readonly roots: Int32Array;
  readonly readings: readonly Reading[];
  /** By node, which of the readings is compared. */
  readonly reading: Int32Array;
  readonly threshold: Float64Array;
  /** Of both sides. A child below 0 is a leaf: `~child` is its index. */
  readonly child: Int32Array;
  /** Of both sides: by how much a step there moves the expected raw score. */
  readonly step: Float64Array;
  readonly leaf: Float64Array;
};

/** What a node compares: its feature, with what it takes for missing replaced. */
export type Reading = {
  readonly feature: number;
  /** Compared in the place of NaN: below every threshold, above every one (NaN itself), or 0. */
  readonly ofNaN: number;
  /** Compared in the place of what is as good as 0, if the node takes that for missing. */
  readonly ofZero?: number;
};

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
  const reading: number[] = [];
  const readings = new Map<string, Reading & { readonly n: number }>();
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
    const features = of("split_feature");
    feature.push(...features);
    threshold.push(...of("threshold"));
    of("decision_type").forEach((decision, n) => {
      if (decision & CATEGORICAL) {
        throw new ModelError("The model has categorical splits.");
      }
      const kind = (decision >> MISSING_SHIFT) & 3;
      const instead = decision & DEFAULT_LEFT ? -Infinity : NaN;
      const feature = features[n] ?? 0;
      const key = `${feature} ${kind} ${instead}`;
      const known = readings.get(key) ?? {
        n: readings.size,
        feature,
        ofNaN: kind === missing.none ? 0 : instead,
        ...kind === missing.zero && { ofZero: instead },
      };
      readings.set(key, known);
      reading.push(known.n);
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
    readings: [...readings.values()].map(({ n: _, ...its }) => its),
    reading: Int32Array.from(reading),
    threshold: Float64Array.from(threshold),
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
