/**
 * What the charts of the report have in common.
 *
 * @module
 */
import type { EChartsOption } from "echarts";
import { color } from "#report/chart_style.ts";
import { variable } from "#report/palette.ts";
import { EVENTFLOW } from "../result.ts";
import { type Panel, subjectsOf } from "./panels.ts";
import { logarithmic, type Scale } from "./scale.ts";

/** Where a chart is drawn: in the page, which says what it is beside it, or as a file with a heading. */
export type Frame = { readonly width: number; readonly heading?: Heading };

export type Heading = { readonly title: string; readonly says: string };

/** The room that a frame's heading takes. */
export function headingHeight({ heading }: Frame): number {
  return heading === undefined ? 0 : 56;
}

export function headingOption({ heading }: Frame): EChartsOption {
  if (heading === undefined) return {};
  return {
    title: {
      text: heading.title,
      subtext: heading.says,
      left: 16,
      top: 12,
      itemGap: 6,
      textStyle: { color: color.text, fontSize: 15, fontWeight: 600 },
      subtextStyle: { color: color.muted, fontSize: 12 },
    },
  };
}

/** Of text that we place ourselves, which does not get the chart's font. */
export const numberStyle = {
  fontSize: 12,
  fontFamily: "inherit",
  fill: color.text,
  // An edge, so that a number on a line is read.
  stroke: variable("card"),
  lineWidth: 3,
} as const;

const own = variable("series-1");

const baselines = [
  variable("series-2"),
  variable("series-3"),
  variable("series-4"),
] as const;

/**
 * EventFlow has the first colour everywhere, and its baselines have others. If EventFlow as a whole is
 * not shown, its parts are, and begin with the first.
 */
export function colorsOf(panel: Panel): (subject: string) => string {
  const all = subjectsOf(panel);
  const others = all.filter((name) => name !== EVENTFLOW);
  const colors = hasEventFlow(panel) ? baselines : [own, ...baselines];
  return (subject) =>
    subject === EVENTFLOW
      ? own
      : colors[others.indexOf(subject) % colors.length] ?? own;
}

/** Of rows, which are told apart by their names: EventFlow's parts are all in its colour. */
export function rowColorsOf(panel: Panel): (subject: string) => string {
  return hasEventFlow(panel) ? colorsOf(panel) : () => own;
}

function hasEventFlow(panel: Panel): boolean {
  return subjectsOf(panel).includes(EVENTFLOW);
}

/** Percentiles lie too far apart for an axis from 0; nothing is the axis that ECharts divides itself. */
export function valueScale({ percentiles, points }: Panel): Scale | undefined {
  const least = Math.min(...points.map((point) => point.least));
  const most = Math.max(...points.map((point) => point.most));
  return percentiles.length > 0 && least > 0
    ? logarithmic({ least, most })
    : undefined;
}

/** The title of a value's axis: what it is, its unit if it has one, and how it is divided. */
export function valueTitle(panel: Panel): string {
  const { figure, unit } = panel;
  const what = unit ? `${figure}, ${unit}` : figure;
  return `${what}${valueScale(panel)?.note ?? ""}`;
}
