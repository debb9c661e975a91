/**
 * The charts of the report, each an SVG with the minutes of the run from left to right.
 *
 * @module
 */
import type { LineSeriesOption } from "echarts";
import { axisName, legend, lineOf } from "#report/chart_style.ts";
import { drawSvg } from "#report/svg.ts";
import type { SoakResult } from "../result.ts";
import { groupNames, lagOf } from "../sample.ts";
import { serversOf, services, steadyInstances } from "../schedule.ts";
import { axes, color } from "./time_axes.ts";
import {
  endMinutes,
  memoryLine,
  peaks,
  ratePerSecond,
  recoveredMinutes,
} from "./series.ts";

export function throughputChart(result: SoakResult): string {
  const { samples } = result;
  return drawSvg(300, {
    ...axes(endMinutes(result), "per second"),
    ...legend,
    series: [
      {
        ...lineOf("webhooks accepted", "var(--series-1)"),
        data: ratePerSecond(samples, ({ accepted }) => accepted),
        ...faultBands(result),
      },
      {
        ...lineOf("rows stored", "var(--series-2)"),
        data: ratePerSecond(samples, ({ rows }) => rows),
      },
    ],
  });
}

export function lagChart(result: SoakResult): string {
  return drawSvg(300, {
    ...axes(endMinutes(result), "records"),
    ...legend,
    series: groupNames.map((name, index): LineSeriesOption => ({
      ...lineOf(name, color.of(name)),
      data: peaks(
        result.samples,
        ({ groups }) => groups && lagOf(groups[name]),
      ),
      ...(index === 0 ? faultBands(result) : {}),
    })),
  });
}

/** Of each service two lines: the instance that is killed, and dashed the one that is only paused. */
export function serviceMemoryChart(result: SoakResult): string {
  return memoryChart(result, [...services, ...steadyInstances], 360);
}

export function serverMemoryChart(result: SoakResult): string {
  return memoryChart(result, serversOf(result.brokers), 220);
}

function memoryChart(
  result: SoakResult,
  names: readonly string[],
  height: number,
): string {
  return drawSvg(height, {
    ...axes(endMinutes(result), "megabytes"),
    ...legend,
    series: names.map((name) => ({
      ...lineOf(
        name,
        color.of(name),
        steadyInstances.some((steady) => steady === name),
      ),
      data: memoryLine(result.samples, name),
    })),
  });
}

/** A bar for each fault, as high as it took; one that was not recovered from is as high as the highest. */
export function recoveryChart({ faults }: SoakResult): string {
  const highest = Math.max(1, ...faults.map(({ lagAfter }) => lagAfter ?? 0));
  const kinds = ["kill", "pause", "restart"] as const;
  return drawSvg(320, {
    ...axes(0, "seconds"),
    ...legend,
    xAxis: {
      type: "category",
      data: faults.map(({ number, target }) => `${number} ${target}`),
      ...axisName("fault"),
      nameGap: 84,
      axisLine: { lineStyle: { color: color.grid } },
      axisTick: { show: false },
      axisLabel: {
        color: color.muted,
        fontSize: 11,
        rotate: 60,
        interval: 0,
      },
    },
    grid: { ...axes(0, "").grid, bottom: 104 },
    series: kinds.map((kind) => ({
      type: "bar",
      name: kind,
      stack: "fault",
      barMaxWidth: 28,
      itemStyle: { color: color[kind], borderRadius: [3, 3, 0, 0] },
      data: faults.map(({ fault, lagAfter }) =>
        fault === kind ? lagAfter ?? highest : null
      ),
      label: {
        show: true,
        position: "top",
        color: color.text,
        fontSize: 11,
        formatter: ({ dataIndex }) => {
          const lagAfter = faults[dataIndex]?.lagAfter;
          return lagAfter?.toFixed(lagAfter < 9.95 ? 1 : 0) ?? "never";
        },
      },
    })),
  });
}

/** Bands behind a series, from each fault's begin until it was recovered from. */
function faultBands(result: SoakResult): LineSeriesOption {
  return {
    markArea: {
      silent: true,
      data: result.faults.map((fault) => [
        {
          xAxis: fault.beganSeconds / 60,
          itemStyle: { color: color[fault.fault], opacity: 0.16 },
        },
        { xAxis: recoveredMinutes(fault, result) },
      ]),
    },
  };
}
