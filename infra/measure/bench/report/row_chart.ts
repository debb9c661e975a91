/**
 * Rows of bars from 0; or of dots on a logarithmic axis for percentiles, which lie too far apart for bars.
 *
 * @module
 */
import { bottomAxis, color } from "#report/chart_style.ts";
import { drawSvg } from "#report/svg.ts";
import { EVENTFLOW } from "../result.ts";
import {
  type Frame,
  headingHeight,
  headingOption,
  valueScale,
  valueTitle,
} from "./chart_frame.ts";
import type { Panel } from "./panels.ts";
import type { Scale } from "./scale.ts";
import { renderRow, ROW_HEIGHT } from "./row_marks.ts";
import { type Row, rowsOf } from "./rows.ts";

/** On average, of 12 px text; a little more than it is. */
const LETTER_WIDTH = 7;

export function rowChart(panel: Panel, frame: Frame): string {
  const rows = rowsOf(panel);
  const scale = valueScale(panel);
  const labels = rows.map(({ label }) => label);
  const top = 8 + headingHeight(frame);
  const longest = Math.max(...labels.map(({ length }) => length));
  const bottom = bottomAxis(valueTitle(panel));
  return drawSvg(
    top + ROW_HEIGHT * rows.length + 56,
    {
      ...headingOption(frame),
      grid: {
        left: 28 + LETTER_WIDTH * longest,
        right: 24,
        top,
        bottom: 56,
        containLabel: false,
      },
      xAxis: {
        ...bottom,
        ...axisOf(panel, scale),
        axisLine: { show: false },
        axisTick: { show: false, ...scale?.axis.axisTick },
        axisLabel: {
          ...bottom.axisLabel,
          ...scale && { ...scale.axis.axisLabel, showMaxLabel: true },
        },
        splitLine: {
          show: true,
          // It is where the room for the numbers ends, which is no round value.
          showMaxLine: scale !== undefined,
          lineStyle: { color: color.grid },
        },
      },
      yAxis: {
        type: "category",
        inverse: true,
        data: labels,
        axisLine: { lineStyle: { color: color.grid } },
        axisTick: { show: false },
        axisLabel: {
          interval: 0,
          color: color.text,
          fontSize: 12,
          formatter: (label: string, index: number) =>
            `{${styleOf(rows[index])}|${label}}`,
          rich: {
            heading: { color: color.muted, fontSize: 12 },
            own: { color: color.text, fontSize: 12, fontWeight: "bold" },
            other: { color: color.text, fontSize: 12 },
          },
        },
      },
      series: {
        type: "custom",
        renderItem: renderRow(panel, rows, { scale, width: frame.width }),
        data: rows.map((_, index) => [0, index]),
      },
    },
    frame.width,
  );
}

function styleOf(row: Row | undefined): string {
  if (row?.point === undefined) return "heading";
  return row.label === EVENTFLOW ? "own" : "other";
}

/** Wide enough for the number behind the longest row. */
function axisOf({ points }: Panel, scale: Scale | undefined) {
  if (scale === undefined) {
    const most = Math.max(...points.map((point) => point.most));
    return { type: "value", min: 0, max: most * 1.12 || 1 } as const;
  }
  const { min, max } = scale.axis;
  return { type: "value", min, max: max + (max - min) * 0.06 } as const;
}
