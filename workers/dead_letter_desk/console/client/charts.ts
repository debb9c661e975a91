/**
 * Draws what pages give as `data-chart`, and again whenever htmx has changed it.
 *
 * @module
 */
import uPlot from "uplot";

type Chart = {
  /** Counts of a time each, not a course. */
  readonly isBars?: boolean;
  /** Seconds since the epoch. */
  readonly x: number[];
  readonly series: {
    readonly label: string;
    readonly values: (number | null)[];
  }[];
};

const HEIGHT = 160;

/** Between times on the axis, which has no seconds: of one that has just begun the same minute stood there five times. */
const STEPS_SECONDS = [1, 5, 15, 30, 60, 180, 360, 720, 1_440].map((minutes) =>
  minutes * 60
);

const bars = uPlot.paths.bars?.({ size: [0.7], align: 1 });
const drawn = new Map<Element, uPlot>();

function dataOf(chart: Chart): uPlot.AlignedData {
  return [chart.x, ...chart.series.map(({ values }) => values)];
}

function draw(): void {
  for (const [figure, plot] of drawn) {
    if (figure.isConnected) continue;
    plot.destroy();
    drawn.delete(figure);
  }
  for (const figure of document.querySelectorAll("[data-chart]")) {
    const chart: Chart = JSON.parse(figure.getAttribute("data-chart") ?? "");
    const known = drawn.get(figure);
    if (known === undefined) drawn.set(figure, plotIn(figure, chart));
    else known.setData(dataOf(chart));
  }
}

function plotIn(figure: Element, chart: Chart): uPlot {
  const style = getComputedStyle(figure);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const axis = {
    stroke: resolved(figure, "--text-soft"),
    grid: { stroke: resolved(figure, "--line"), width: 1 },
    ticks: { show: false },
    font: `11px ${colour("--sans")}`,
  };
  figure.replaceChildren();
  return new uPlot(
    {
      width: figure.clientWidth,
      height: HEIGHT,
      tzDate: (ts) => uPlot.tzDate(new Date(ts * 1_000), "Etc/UTC"),
      cursor: { y: false },
      legend: { live: true },
      axes: [{
        ...axis,
        incrs: STEPS_SECONDS,
        values: (_, at) => at.map(clockText),
      }, {
        ...axis,
        size: 42,
      }],
      scales: { y: { range: (_, __, max) => [0, Math.max(1, max * 1.1)] } },
      series: [
        { value: "{YYYY}-{MM}-{DD} {HH}:{mm}" },
        ...chart.series.map(({ label }, n) => ({
          label,
          stroke: resolved(figure, `--series-${n + 1}`),
          width: 2,
          points: { show: false },
          ...chart.isBars
            ? { paths: bars, fill: resolved(figure, `--series-${n + 1}`) }
            : {},
        })),
      ],
    },
    dataOf(chart),
    figure instanceof HTMLElement ? figure : document.body,
  );
}

/** `09:10`, in UTC. */
function clockText(atSeconds: number): string {
  return new Date(atSeconds * 1_000).toISOString().slice(11, 16);
}

/** A token's colour as the canvas takes it: what `light-dark()` comes to. */
function resolved(figure: Element, token: string): string {
  const probe = document.createElement("i");
  probe.style.color = `var(${token})`;
  figure.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

function drawAnew(): void {
  for (const plot of drawn.values()) plot.destroy();
  drawn.clear();
  draw();
}

draw();
document.addEventListener("htmx:after:swap", draw);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAnew);
new ResizeObserver(() => {
  for (const [figure, plot] of drawn) {
    if (plot.width !== figure.clientWidth) {
      plot.setSize({ width: figure.clientWidth, height: HEIGHT });
    }
  }
}).observe(document.body);
