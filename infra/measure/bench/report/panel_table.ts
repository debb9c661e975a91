import { html } from "hono/html";
import type { Html, Part } from "#report/part.ts";
import { readable, withUnit } from "#report/number.ts";
import { table } from "#report/page.ts";
import { commonAt, type Panel, type Point } from "./panels.ts";

/** The numbers of a chart: a row for each subject and its circumstances, a column for each percentile. */
export function panelTable(panel: Panel): Html {
  const { points, xName, percentiles } = panel;
  const hasAt = xName === undefined && commonAt(panel) === undefined &&
    points.some(({ at }) => at !== undefined);
  const rows = Map.groupBy(
    points,
    ({ subject, at, x }) => JSON.stringify([x, at, subject]),
  );
  const head = [
    ...xName === undefined ? [] : [xName],
    ...hasAt ? ["at"] : [],
    "subject",
  ];
  return table(
    [...head, ...percentiles.length > 0 ? percentiles : [panel.figure]],
    [...rows.values()].map((row): Part[] => {
      const { x, at, subject } = row[0] ?? {};
      return [
        ...xName === undefined ? [] : [readable(x)],
        ...hasAt ? [at] : [],
        subject,
        ...percentiles.length > 0
          ? percentiles.map((name) =>
            spread(row.find(({ percentile }) => percentile === name), panel)
          )
          : [spread(row[0], panel)],
      ];
    }),
    head.length,
  );
}

function spread(point: Point | undefined, { unit }: Panel): Part {
  if (point === undefined) return "–";
  const { median, least, most } = point;
  return html`${withUnit(median, unit)} <span class="muted">(${
    readable(least)
  }–${readable(most)})</span>`;
}
