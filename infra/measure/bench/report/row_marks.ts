/**
 * What stands in the rows of a chart: the median as a bar or a dot, the rounds around it, and its number.
 *
 * @module
 */
import type { CustomSeriesOption } from "echarts";
import { color } from "#report/chart_style.ts";
import { withUnit } from "#report/number.ts";
import { variable } from "#report/palette.ts";
import { numberStyle, rowColorsOf } from "./chart_frame.ts";
import type { Panel } from "./panels.ts";
import type { Row } from "./rows.ts";
import type { Scale } from "./scale.ts";
import { whisker } from "./whisker.ts";

export const ROW_HEIGHT = 26;
const BAR_HEIGHT = 14;
const DOT_RADIUS = 5;
/** What is left free at both sides of a line across. */
const EDGE = 24;

export function renderRow(
  panel: Panel,
  rows: readonly Row[],
  { scale, width }: { scale: Scale | undefined; width: number },
): CustomSeriesOption["renderItem"] {
  const colorOf = rowColorsOf(panel);
  const place = scale?.place ?? ((value: number) => value);
  return ({ dataIndex }, { coord }) => {
    const point = rows[dataIndex]?.point;
    const at = (value: number) => coord([place(value), dataIndex])[0] ?? 0;
    const y = coord([0, dataIndex])[1] ?? 0;
    if (point === undefined) {
      return dataIndex === 0 ? null : separator(y - ROW_HEIGHT / 2, width);
    }
    const { subject, median, least, most } = point;
    const style = { fill: colorOf(subject) };
    const ends = {
      from: { x: at(least), y },
      to: { x: at(most), y },
      stroke: color.text,
    };
    return {
      type: "group",
      children: [
        ...scale ? [...whisker(ends), dot({ x: at(median), y, style })] : [
          bar({ from: at(0), to: at(median), y, style }),
          // An edge, without which a pale whisker is lost on a pale bar.
          ...whisker({ ...ends, stroke: variable("card"), lineWidth: 4 }),
          ...whisker(ends),
        ],
        {
          type: "text",
          style: {
            text: withUnit(median, panel.unit),
            x: Math.max(at(median) + DOT_RADIUS, at(most)) + 8,
            y,
            verticalAlign: "middle",
            ...numberStyle,
          },
        },
      ],
    };
  };
}

type Fill = { readonly fill: string };

function dot({ x, y, style }: { x: number; y: number; style: Fill }) {
  const shape = { cx: x, cy: y, r: DOT_RADIUS };
  return { type: "circle", shape, style } as const;
}

function bar(
  { from, to, y, style }: { from: number; to: number; y: number; style: Fill },
) {
  const shape = {
    x: from,
    y: y - BAR_HEIGHT / 2,
    width: to - from,
    height: BAR_HEIGHT,
    r: [0, 3, 3, 0],
  };
  return { type: "rect", shape, style } as const;
}

/** Between the rows of two headings, over the whole width. */
function separator(y: number, width: number) {
  const shape = { x1: EDGE, y1: y, x2: width - EDGE, y2: y };
  const style = { stroke: color.grid, lineWidth: 1, fill: "none" };
  return { type: "line", shape, style } as const;
}
