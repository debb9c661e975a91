import type { CustomSeriesOption } from "echarts";
import { drawSvg } from "#report/svg.ts";
import type { SoakResult } from "../result.ts";
import { targetsOf } from "../schedule.ts";
import { axes, color } from "./time_axes.ts";
import { endMinutes, recoveredMinutes } from "./series.ts";

const LANE_HEIGHT = 26;
const BAR_HEIGHT = 14;
/** So that a kill, which takes no time, is seen. */
const LEAST_WIDTH = 4;

const LEADERS = "leaders moved";

/**
 * A lane for each target: when which fault held it, and paler how long until all was well again; and of
 * several brokers one for the moments in which a leader moved.
 */
export function faultLanes(result: SoakResult): string {
  const { faults, elections } = result;
  const lanes: string[] = targetsOf(result.brokers).toReversed();
  if (result.plannedElections > 0) lanes.unshift(LEADERS);
  const { xAxis, grid } = axes(endMinutes(result), "");
  const renderItem: CustomSeriesOption["renderItem"] = (
    { dataIndex },
    { coord },
  ) => {
    const fault = faults[dataIndex];
    if (fault === undefined) return null;
    const lane = lanes.indexOf(fault.target);
    const at = (minutes: number) => coord([minutes, lane])[0] ?? 0;
    const { beganSeconds, endedSeconds = beganSeconds } = fault;
    const begin = at(beganSeconds / 60);
    const end = Math.max(begin + LEAST_WIDTH, at(endedSeconds / 60));
    const recovered = Math.max(end, at(recoveredMinutes(fault, result)));
    const y = (coord([0, lane])[1] ?? 0) - BAR_HEIGHT / 2;
    const bar = (from: number, to: number, opacity: number) => ({
      type: "rect" as const,
      shape: { x: from, y, width: to - from, height: BAR_HEIGHT, r: 2 },
      style: { fill: color[fault.fault], opacity },
    });
    const number = {
      type: "text" as const,
      style: {
        text: String(fault.number),
        x: recovered + 4,
        y: y + BAR_HEIGHT / 2,
        align: "left" as const,
        verticalAlign: "middle" as const,
        fontSize: 10,
        fill: color.muted,
      },
    };
    return {
      type: "group",
      children: [bar(begin, recovered, 0.3), bar(begin, end, 1), number],
    };
  };
  return drawSvg(64 + LANE_HEIGHT * lanes.length, {
    xAxis,
    grid: { ...grid, top: 8 },
    yAxis: {
      type: "category",
      data: [...lanes],
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { color: color.text, fontSize: 12 },
      splitLine: { show: true, lineStyle: { color: color.grid } },
    },
    series: [
      {
        type: "custom",
        renderItem,
        data: faults.map(({ beganSeconds, target }) => [
          beganSeconds / 60,
          lanes.indexOf(target),
        ]),
      },
      {
        type: "scatter",
        symbol: "rect",
        symbolSize: [1.5, BAR_HEIGHT],
        itemStyle: { color: color.text },
        data: elections.flatMap(({ movedSeconds }) =>
          movedSeconds === undefined
            ? []
            : [[movedSeconds / 60, lanes.indexOf(LEADERS)]]
        ),
      },
    ],
  });
}
