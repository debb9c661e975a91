/**
 * The charts of a run: for the page, and as files for the documentation.
 *
 * @module
 */
import { toSvgFile } from "#report/svg_file.ts";
import type { BenchResult } from "../result.ts";
import { lineChart } from "./line_chart.ts";
import type { Frame } from "./chart_frame.ts";
import { commonAt, type Panel, panelsOf, titleOf } from "./panels.ts";
import { rowChart } from "./row_chart.ts";

const PAGE: Frame = { width: 1120 };
/** Of a file, which GitHub shows some 850 px wide. */
const FILE_WIDTH = 860;

export function chartOf(panel: Panel, frame: Frame = PAGE): string {
  return panel.xName === undefined
    ? rowChart(panel, frame)
    : lineChart(panel, frame);
}

export type ChartFile = { readonly name: string; readonly svg: string };

/** Those of throughput, latency and scale. */
export function chartFiles(
  { measurements, rounds }: BenchResult,
): ChartFile[] {
  return panelsOf(measurements).filter(isMain).map((panel) => {
    const heading = {
      title: capitalized(`${panel.stage}: ${titleOf(panel)}`),
      says: explanation(panel, rounds),
    };
    return {
      name: nameOf(panel),
      svg: toSvgFile(chartOf(panel, { width: FILE_WIDTH, heading })),
    };
  });
}

function isMain({ stage, figure, percentiles }: Panel): boolean {
  return stage === "scale" || percentiles.length > 0 ||
    figure.endsWith("per second");
}

function nameOf(panel: Panel): string {
  const name = `${panel.stage} ${titleOf(panel)}`.toLowerCase();
  return `${name.replaceAll(/[^a-z0-9]+/g, "-")}.svg`;
}

/** What is to be seen in a chart, and what it was made of. */
export function explanation(panel: Panel, rounds: number): string {
  const at = commonAt(panel);
  const what = at === undefined ? "" : `${capitalized(at)}; `;
  const better = capitalized(`${what}${panel.better} is better.`);
  const marks = panel.xName !== undefined
    ? "Points"
    : panel.percentiles.length > 0
    ? "Dots"
    : "Bars";
  return rounds === 1
    ? `${better} ${marks} are of one round.`
    : `${better} ${marks} are the median of ${rounds} rounds, whiskers reach from the lowest to the highest.`;
}

export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
