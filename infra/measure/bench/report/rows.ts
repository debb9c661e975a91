import { commonAt, type Panel, type Point, subjectsOf } from "./panels.ts";

/** A row of a chart: a mark with its name, or the heading of those below it. */
export type Row = { readonly label: string; readonly point?: Point };

/**
 * A row for each subject, under a heading for each percentile and kind of circumstances if there is
 * more than one. A subject that is alone everywhere needs no name: its rows are called as the headings.
 */
export function rowsOf(panel: Panel): Row[] {
  const hasOneAt = commonAt(panel) !== undefined;
  const groups = Map.groupBy(
    panel.points,
    ({ percentile, at }) =>
      [percentile, hasOneAt ? undefined : at]
        .filter((part) => part !== undefined).join(", "),
  );
  const isAlone = subjectsOf(panel).length === 1;
  return [...groups].flatMap(([heading, points]): Row[] => {
    if (groups.size === 1) return points.map(named);
    if (isAlone) return points.map((point) => ({ label: heading, point }));
    return [{ label: heading }, ...points.map(named)];
  });
}

function named(point: Point): Row {
  return { label: point.subject, point };
}
