/**
 * A line for each subject, and percentile, over a number.
 *
 * @module
 */
import type {
  CustomSeriesOption,
  EChartsOption,
  LineSeriesOption,
} from "echarts";
import {
  bottomAxis,
  color,
  leftAxis,
  legend,
  lineOf,
} from "#report/chart_style.ts";
import { readable } from "#report/number.ts";
import { variable } from "#report/palette.ts";
import { drawSvg } from "#report/svg.ts";
import {
  colorsOf,
  type Frame,
  headingHeight,
  headingOption,
  numberStyle,
  valueScale,
  valueTitle,
} from "./chart_frame.ts";
import { type Panel, type Point, subjectsOf } from "./panels.ts";
import { atValues } from "./scale.ts";
import { whisker } from "./whisker.ts";

const HEIGHT = 380;
/** Subjects beside each other, so that their whiskers do not cover each other; of the axis' length. */
const STEP = 0.012;

/** One symbol for each percentile, since all have their subject's colour. */
const symbols = ["circle", "rect", "triangle", "diamond"] as const;

type Line = {
  readonly subject: string;
  readonly percentile?: string;
  readonly stroke: string;
  readonly spots: readonly Spot[];
};

/** Where on the axes a point lies. */
type Spot = {
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
  readonly point: Point;
};

export function lineChart(panel: Panel, frame: Frame): string {
  const subjects = subjectsOf(panel);
  const xScale = atValues(panel.points.flatMap(({ x }) => x ?? []));
  const yScale = valueScale(panel);
  const lines = linesOf(panel, {
    x: ({ subject, x = 0 }) =>
      xScale.place(x) + (xScale.axis.max - xScale.axis.min) * STEP *
        (subjects.indexOf(subject) - (subjects.length - 1) / 2),
    y: yScale?.place ?? ((value) => value),
  });
  const top = legendHeight(subjects) + headingHeight(frame);
  const bottom = bottomAxis(`${panel.xName ?? ""}${xScale.note}`);
  const left = leftAxis(valueTitle(panel));
  return drawSvg(
    HEIGHT + headingHeight(frame),
    {
      ...headingOption(frame),
      ...legendOf(subjects, frame),
      grid: { left: 96, right: 64, top, bottom: 56, containLabel: false },
      xAxis: {
        ...bottom,
        ...xScale.axis,
        axisTick: { ...xScale.axis.axisTick, lineStyle: { color: color.grid } },
        axisLabel: {
          ...bottom.axisLabel,
          ...xScale.axis.axisLabel,
          showMaxLabel: true,
          hideOverlap: true,
        },
      },
      yAxis: {
        ...left,
        ...yScale?.axis ?? { type: "value", min: 0 },
        axisTick: { show: false, ...yScale?.axis.axisTick },
        axisLabel: { ...left.axisLabel, ...yScale?.axis.axisLabel },
      },
      series: lines.flatMap((line) => [
        lineSeries(line, panel),
        whiskers(line, lines.length === 1),
      ]),
    },
    frame.width,
  );
}

function linesOf(
  panel: Panel,
  place: { x: (point: Point) => number; y: (value: number) => number },
): Line[] {
  const colorOf = colorsOf(panel);
  const groups = Map.groupBy(
    panel.points,
    ({ subject, percentile }) => JSON.stringify([subject, percentile]),
  );
  return [...groups.values()].flatMap((points) => {
    const [first] = points;
    if (first === undefined) return [];
    const { subject, percentile } = first;
    const spots = points.map((point) => ({
      x: place.x(point),
      y: place.y(point.median),
      low: place.y(point.least),
      high: place.y(point.most),
      point,
    })).sort((a, b) => a.x - b.x);
    return [{
      subject,
      ...(percentile !== undefined && { percentile }),
      stroke: colorOf(subject),
      spots,
    }];
  });
}

/** A percentile is named behind its last point. */
function lineSeries(line: Line, { percentiles }: Panel): LineSeriesOption {
  const { subject, percentile, stroke, spots } = line;
  const label = {
    show: true,
    position: "right",
    distance: 6,
    color: color.text,
    fontSize: 12,
    // If it is on another line, it is read.
    backgroundColor: variable("card"),
    padding: 2,
    formatter: percentile ?? "",
  } as const;
  return {
    ...lineOf(subject, stroke),
    lineStyle: { color: stroke, width: 2 },
    showSymbol: true,
    symbol: symbols[percentiles.indexOf(percentile ?? "")] ?? "circle",
    symbolSize: 9,
    data: spots.map(({ x, y }, index) => ({
      value: [x, y],
      ...percentile !== undefined && index === spots.length - 1 && { label },
    })),
  };
}

/** The rounds around each point, and its number if the line has the chart for itself. */
function whiskers(
  { stroke, spots }: Line,
  hasNumbers: boolean,
): CustomSeriesOption {
  return {
    type: "custom",
    data: spots.map(({ x, y }) => [x, y]),
    renderItem: ({ dataIndex }, { coord }) => {
      const spot = spots[dataIndex];
      if (spot === undefined) return null;
      const at = (value: number) => {
        const [x = 0, y = 0] = coord([spot.x, value]);
        return { x, y };
      };
      const [from, to] = [at(spot.low), at(spot.high)];
      const number = {
        type: "text" as const,
        style: {
          text: readable(spot.point.median),
          x: to.x,
          y: to.y - 8,
          align: "center" as const,
          verticalAlign: "bottom" as const,
          ...numberStyle,
        },
      };
      return {
        type: "group",
        children: [
          ...whisker({ from, to, stroke }),
          ...hasNumbers ? [number] : [],
        ],
      };
    },
  };
}

function legendHeight(subjects: readonly string[]): number {
  return subjects.length < 2 ? 24 : 40;
}

/** Nothing if there is one subject alone: it has no other to be told from. */
function legendOf(
  subjects: readonly string[],
  frame: Frame,
): EChartsOption {
  if (subjects.length < 2) return {};
  return {
    legend: {
      ...legend.legend,
      top: headingHeight(frame),
      data: [...subjects],
    },
  };
}
