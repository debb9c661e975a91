/**
 * Which measurements are seen together: a panel is a chart and its table.
 *
 * @module
 */
import type { Measurement, StageName } from "../result.ts";
import { median, range } from "../ratios.ts";

export type Panel = {
  readonly stage: StageName;
  /** A figure, or what its figures are percentiles of: "latency" for "latency p99" and "latency p50". */
  readonly figure: string;
  readonly unit: string;
  readonly better: Measurement["better"];
  /** What the x axis counts, if the circumstances are a number. */
  readonly xName?: string;
  /** As "p99", in the order of the measurements; empty if the figure is one. */
  readonly percentiles: readonly string[];
  readonly points: readonly Point[];
};

/** What one subject reached under one kind of circumstances, over all rounds. */
export type Point = {
  readonly subject: string;
  readonly at?: string;
  readonly x?: number;
  readonly percentile?: string;
  readonly median: number;
  readonly least: number;
  readonly most: number;
};

/** Panels in the order of the measurements. What has no values is in none. */
export function panelsOf(measurements: readonly Measurement[]): Panel[] {
  const groups = Map.groupBy(
    measurements.filter(({ values }) => values.length > 0),
    (one) =>
      JSON.stringify([one.stage, nameOf(one).figure, one.unit, one.x?.name]),
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [panelOf(first, group)];
  });
}

function panelOf(first: Measurement, group: readonly Measurement[]): Panel {
  const { stage, unit, better, x } = first;
  const points = group.flatMap(pointOf);
  const percentiles = points.flatMap(({ percentile }) => percentile ?? []);
  return {
    stage,
    figure: nameOf(first).figure,
    unit,
    better,
    ...(x && { xName: x.name }),
    percentiles: [...new Set(percentiles)],
    points: x ? withLines(points) : points,
  };
}

/** "latency p99" is the percentile p99 of the latency; "records per second" is itself. */
function nameOf(
  { figure }: Measurement,
): { readonly figure: string; readonly percentile?: string } {
  const [, whole, percentile] = /^(.+) (p\d+(?:\.\d+)?)$/.exec(figure) ?? [];
  return whole !== undefined && percentile !== undefined
    ? { figure: whole, percentile }
    : { figure };
}

function pointOf(one: Measurement): Point[] {
  const { subject, at, x, values } = one;
  const { percentile } = nameOf(one);
  const middle = median(values);
  const around = range(values);
  if (middle === undefined || around === undefined) return [];
  return [{
    subject,
    ...(at !== undefined && { at }),
    ...(x && { x: x.value }),
    ...(percentile !== undefined && { percentile }),
    median: middle,
    ...around,
  }];
}

/**
 * Beside a number, `at` either says that number in words, or tells lines of one subject apart: it does
 * if there is more than one point at the same number. Then it is made part of the name.
 */
function withLines(points: readonly Point[]): Point[] {
  const places = new Set(
    points.map(({ subject, x, percentile }) =>
      JSON.stringify([subject, x, percentile])
    ),
  );
  return points.map(({ at, ...point }) => ({
    ...point,
    subject: places.size < points.length && at !== undefined
      ? `${point.subject}, ${at}`
      : point.subject,
  }));
}

/** As "requests per second" or "records per second by instances". */
export function titleOf({ figure, xName }: Panel): string {
  return xName === undefined ? figure : `${figure} by ${xName}`;
}

/** The only circumstances there are, or none that all share. */
export function commonAt({ points }: Panel): string | undefined {
  const [at, ...others] = new Set(points.map((point) => point.at));
  return others.length === 0 ? at : undefined;
}

/** The subjects of a panel, each once, in the order of the measurements. */
export function subjectsOf({ points }: Panel): string[] {
  return [...new Set(points.map(({ subject }) => subject))];
}
