/**
 * What a run says in the terminal.
 *
 * @module
 */
import { readable, withUnit } from "#report/number.ts";
import { alignColumns } from "#runtime/columns.ts";
import {
  type BenchResult,
  type Goal,
  type Measurement,
  type Ratio,
  stageNames,
} from "./result.ts";
import {
  circumstances,
  judgeGoal,
  judgeRatio,
  median,
  range,
} from "./ratios.ts";

const WIDTH = 110;

export function describeResult(result: BenchResult): string {
  const { ratios, goals, skipped, failures } = result;
  return [
    "",
    ...stageNames.flatMap((stage) =>
      block(
        stage,
        figureLines(result.measurements.filter((one) => one.stage === stage)),
      )
    ),
    ...block(
      "ratios",
      ratios.flatMap((ratio) => [
        `  ${aboutWhat(ratio)}`,
        `    ${ratio.of}: ${describeRatio(ratio)}`,
      ]),
    ),
    ...block(
      "goals",
      goals.flatMap((goal) => [
        `  ${aboutWhat(goal)}`,
        `    ${goal.subject}: ${describeGoal(goal)}`,
      ]),
    ),
    ...block(
      "skipped",
      skipped.flatMap(({ stage, what, why }) =>
        wrap(`${stage}, ${what}: ${why}`)
      ),
    ),
    ...block("failures", failures.flatMap((failure) => wrap(failure))),
    ...cautions(result),
    `It took ${duration(result.seconds)}.`,
    failures.length > 0 ? "FAILED" : result.interrupted ? "STOPPED" : "PASSED",
  ].join("\n");
}

/** As `1.24 × Go gateway (1.10–1.31), target ≥ 1.00: reached`. */
export function describeRatio(ratio: Ratio): string {
  const { to, better, target } = ratio;
  const shown = `${ratioMedian(ratio)} × ${to} (${ratioRange(ratio)})`;
  if (target === undefined) return shown;
  const sign = better === "more" ? "≥" : "≤";
  return `${shown}, target ${sign} ${target.toFixed(2)}: ${judgeRatio(ratio)}`;
}

export function ratioMedian({ values }: Ratio): string {
  return median(values)?.toFixed(2) ?? "–";
}

export function ratioRange({ values }: Ratio): string {
  const around = range(values);
  return around
    ? `${around.least.toFixed(2)}–${around.most.toFixed(2)}`
    : "no rounds";
}

/** As `38 ms (35–41), at most 50 ms: reached`. */
export function describeGoal(goal: Goal): string {
  const { values, unit, atMost } = goal;
  const shown = `${withUnit(median(values), unit)} (${describeRange(values)})`;
  return `${shown}, at most ${withUnit(atMost, unit)}: ${judgeGoal(goal)}`;
}

/** From the lowest to the highest. */
export function describeRange(values: readonly number[]): string {
  const around = range(values);
  return around
    ? `${readable(around.least)}–${readable(around.most)}`
    : "no rounds";
}

/** What a reader has to know of a run that was not a whole one. */
export function cautions(
  { interrupted, isQuick }: Pick<BenchResult, "interrupted" | "isQuick">,
): string[] {
  return [
    ...interrupted ? ["Stopped before its end: some rounds are missing."] : [],
    ...isQuick
      ? ["A quick run shows that everything works; its figures say little."]
      : [],
  ];
}

export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const [minutes, rest] = [Math.floor(whole / 60), whole % 60];
  return minutes === 0 ? `${rest} s` : `${minutes} min ${rest} s`;
}

/** What a ratio or a goal is about. */
export function aboutWhat(
  { stage, figure, at }: Pick<Ratio, "stage" | "figure" | "at">,
): string {
  return [stage, figure, ...at === undefined ? [] : [at]].join(", ");
}

function block(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title.toUpperCase(), ...lines, ""];
}

/** A line for each figure, and below it one for each subject under the same circumstances. */
function figureLines(measurements: readonly Measurement[]): string[] {
  const byFigure = Map.groupBy(measurements, ({ figure }) => figure);
  const groups = [...byFigure].map(([figure, group]) => ({
    title: `  ${figure}, ${group[0]?.better ?? "more"} is better`,
    rows: rowsOf(group),
  }));
  const lines = alignColumns(groups.flatMap(({ rows }) => rows)).split("\n");
  return groups.flatMap(({ title, rows }) => [
    title,
    ...lines.splice(0, rows.length),
  ]);
}

function rowsOf(group: readonly Measurement[]): string[][] {
  const medians = group.map(({ values, unit }) =>
    withUnit(median(values), unit)
  );
  const width = Math.max(...medians.map(({ length }) => length));
  return group.map((one, index) => {
    const where = circumstances(one) ?? "";
    const before = group[index - 1];
    const isSame = before !== undefined && circumstances(before) === where;
    return [
      `    ${isSame ? "" : where}`,
      one.subject,
      medians[index]?.padStart(width) ?? "",
      describeRange(one.values),
    ];
  });
}

/** Text in lines of the terminal's width, indented from the second on. */
function wrap(text: string): string[] {
  const lines: string[] = [];
  let line = " ";
  for (const word of text.split(" ")) {
    if (line.length + 1 + word.length > WIDTH && line.trim() !== "") {
      lines.push(line);
      line = "   ";
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}
