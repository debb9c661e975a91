/**
 * What the figures of the rounds mean: how EventFlow stands beside another, whether a target is reached,
 * and whether it stands far worse than it once did.
 *
 * @module
 */
import type { Goal, Measurement, Ratio } from "./result.ts";

/** The middle of the rounds: one round in which the machine was busy with something else does not count. */
export function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const [low, high] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}

export type Range = { readonly least: number; readonly most: number };

export function range(values: readonly number[]): Range | undefined {
  return values.length === 0
    ? undefined
    : { least: Math.min(...values), most: Math.max(...values) };
}

/** Under which circumstances a figure was measured, in words; nothing if there is but one kind. */
export function circumstances({ at, x }: Measurement): string | undefined {
  if (at !== undefined || x === undefined) return at;
  const name = x.value === 1 ? x.name.replace(/s\b/, "") : x.name;
  return `${x.value.toLocaleString("en")} ${name}`;
}

export type Comparison = Pick<Ratio, "stage" | "figure" | "of" | "to"> & {
  readonly measurements: readonly Measurement[];
  /** As `circumstances` words them; left out if the figure has none. */
  readonly at?: string;
  readonly target?: number;
};

/**
 * `of` beside `to`, round by round; nothing if one of the two was not measured. A round that only one
 * of them has is left out, and one in which `to` is 0.
 *
 * @throws if one subject was measured twice under the same circumstances
 */
export function ratio(comparison: Comparison): Ratio | undefined {
  const { stage, figure, at, of, to, target } = comparison;
  const one = find(comparison, of);
  const other = find(comparison, to);
  if (one === undefined || other === undefined) return undefined;
  const values = one.values
    .map((value, round) => value / (other.values[round] ?? 0))
    .filter(Number.isFinite);
  return {
    stage,
    figure,
    ...(at !== undefined && { at }),
    of,
    to,
    better: one.better,
    values,
    ...(target !== undefined && { target }),
  };
}

function find(
  { measurements, stage, figure, at }: Comparison,
  subject: string,
): Measurement | undefined {
  const found = measurements.filter((one) =>
    one.stage === stage && one.figure === figure &&
    one.subject === subject && circumstances(one) === at
  );
  if (found.length > 1) {
    const where = at === undefined ? "without circumstances" : `at "${at}"`;
    throw new Error(
      `Cannot compare ${subject} as ${stage}, ${figure}, ${where} must be measured once: current measurements ${found.length}`,
    );
  }
  return found[0];
}

export type Verdict = "reached" | "missed" | "not measured" | "no target";

export function judgeRatio({ values, better, target }: Ratio): Verdict {
  const middle = median(values);
  if (target === undefined) return "no target";
  if (middle === undefined) return "not measured";
  const isReached = better === "more" ? middle >= target : middle <= target;
  return isReached ? "reached" : "missed";
}

export function judgeGoal({ values, atMost }: Goal): Verdict {
  const middle = median(values);
  if (middle === undefined) return "not measured";
  return middle <= atMost ? "reached" : "missed";
}

/** A ratio of a run that was kept, to compare later ones with. */
export type RecordedRatio = Identity & { readonly median: number };

/**
 * So many times worse than recorded fails a run: wide enough for a machine on which processor and disk
 * stand in another proportion, so that what fails is the code.
 */
const GROSS = 2;

/** A sentence for each ratio that is grossly worse than recorded. What is not in both is not compared. */
export function regressions(
  ratios: readonly Ratio[],
  recorded: readonly RecordedRatio[],
): string[] {
  return ratios.flatMap((current) => {
    const before = recorded.find((one) => isSame(one, current))?.median;
    const now = median(current.values);
    if (before === undefined || now === undefined) return [];
    const { better, stage, figure, at, of, to } = current;
    const isGross = better === "more"
      ? now < before / GROSS
      : now > before * GROSS;
    if (!isGross) return [];
    const what = [stage, figure, at].filter(Boolean).join(", ");
    const how = better === "more" ? "less than half of" : "more than twice";
    return [
      `${what}: ${of} is at ${now.toFixed(2)} × ${to}, ${how} the ${
        before.toFixed(2)
      } × recorded.`,
    ];
  });
}

type Identity = Pick<Ratio, "stage" | "figure" | "at" | "of" | "to">;

/** Whether two ratios are of the same, be it of different runs. */
export function isSame(one: Identity, other: Identity): boolean {
  return one.stage === other.stage && one.figure === other.figure &&
    one.at === other.at && one.of === other.of && one.to === other.to;
}
