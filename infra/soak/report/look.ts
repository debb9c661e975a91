/**
 * How the charts look. Colours are variables of the style sheet.
 *
 * @module
 */
import type { EChartsOption, LineSeriesOption } from "echarts";

const ofService: Readonly<Record<string, string>> = {
  intake: "var(--series-1)",
  validator: "var(--series-2)",
  analytics: "var(--series-3)",
  persistence: "var(--series-4)",
  kafka: "var(--series-1)",
  postgres: "var(--series-2)",
};

export const color = {
  text: "var(--text)",
  muted: "var(--muted)",
  grid: "var(--grid)",
  kill: "var(--kill)",
  pause: "var(--pause)",
  restart: "var(--restart)",
  service: (name: string): string => ofService[name] ?? "var(--text)",
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

/**
 * Minutes from left to right, a value from 0 upwards. The room at the sides is the same in every chart,
 * so that a moment is in one place in all of them.
 */
export function axes(minutes: number, unit: string) {
  return {
    grid: { left: 96, right: 24, top: 36, bottom: 48, containLabel: false },
    xAxis: {
      type: "value",
      min: 0,
      max: minutes,
      ...axisName("minutes since the load began"),
      nameGap: 28,
      axisLine: { lineStyle: { color: color.grid } },
      axisLabel: {
        color: color.muted,
        fontSize: 11,
        showMaxLabel: false,
      },
      splitLine: { show: false },
    },
    yAxis: {
      type: "value",
      min: 0,
      ...axisName(unit),
      nameGap: 60,
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { color: color.muted, fontSize: 11 },
      splitLine: { lineStyle: { color: color.grid } },
    },
  } satisfies EChartsOption;
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
