/**
 * How charts look. Colours are variables of the style sheet.
 *
 * @module
 */
import type { EChartsOption, LineSeriesOption } from "echarts";
import { variable } from "./palette.ts";

export const color = {
  text: variable("text"),
  muted: variable("muted"),
  grid: variable("grid"),
} as const;

export const legend = {
  legend: {
    top: 0,
    right: 24,
    backgroundColor: "transparent",
    borderColor: "transparent",
    icon: "roundRect",
    itemWidth: 14,
    itemHeight: 4,
    itemGap: 28,
    textStyle: { color: color.text, fontSize: 12 },
  },
} satisfies EChartsOption;

/** The title of an axis, in the middle beside it. */
export function axisName(name: string) {
  return {
    name,
    nameLocation: "middle",
    nameTextStyle: { color: color.muted, fontSize: 12 },
  } as const;
}

/** The axis along the bottom: a line, and no lines across the chart. */
export function bottomAxis(title: string) {
  return {
    ...axisName(title),
    nameGap: 28,
    axisLine: { lineStyle: { color: color.grid } },
    axisLabel: { color: color.muted, fontSize: 11, showMaxLabel: false },
    splitLine: { show: false },
  } as const;
}

/** The axis at the left: no line, and lines across the chart. */
export function leftAxis(title: string) {
  return {
    ...axisName(title),
    nameGap: 60,
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { color: color.muted, fontSize: 11 },
    splitLine: { lineStyle: { color: color.grid } },
  } as const;
}

export function lineOf(
  name: string,
  stroke: string,
  isDashed = false,
): LineSeriesOption {
  return {
    type: "line",
    name,
    showSymbol: false,
    connectNulls: false,
    itemStyle: { color: stroke },
    lineStyle: {
      color: stroke,
      width: 1.5,
      type: isDashed ? [5, 3] : "solid",
    },
  };
}
