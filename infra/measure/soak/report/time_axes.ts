/**
 * What all charts of the report have in common: the time axis, and a colour for each service and fault.
 *
 * @module
 */
import type { EChartsOption } from "echarts";
import {
  bottomAxis,
  color as reportColor,
  leftAxis,
} from "#report/chart_style.ts";
import { type Palette, variable } from "#report/palette.ts";
import { serviceOf } from "../schedule.ts";

export const faultColors = {
  kill: { light: "#c92a2a", dark: "#ff6b6b" },
  pause: { light: "#8a63d2", dark: "#b197fc" },
  restart: { light: "#b78103", dark: "#f0c24b" },
} satisfies Palette;

const ofName: Readonly<Record<string, string>> = {
  intake: variable("series-1"),
  validator: variable("series-2"),
  analytics: variable("series-3"),
  persistence: variable("series-4"),
  kafka: variable("series-1"),
  postgres: variable("series-2"),
  "kafka-1": variable("series-1"),
  "kafka-2": variable("series-3"),
  "kafka-3": variable("series-4"),
};

export const color = {
  ...reportColor,
  kill: "var(--kill)",
  pause: "var(--pause)",
  restart: "var(--restart)",
  /** Of a service, whichever its instance, or of a server. */
  of: (name: string): string =>
    ofName[name] ?? ofName[serviceOf(name)] ?? reportColor.text,
} as const;

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
      ...bottomAxis("minutes since the load began"),
    },
    yAxis: { type: "value", min: 0, ...leftAxis(unit) },
  } satisfies EChartsOption;
}
