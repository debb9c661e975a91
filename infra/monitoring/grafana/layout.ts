import type { Builder } from "@grafana/grafana-foundation-sdk/cog";
import {
  type Panel,
  RowBuilder,
  type RowPanel,
} from "@grafana/grafana-foundation-sdk/dashboard";
import type { VariableName } from "./variables.ts";

/** Columns of a dashboard. */
export const COLUMNS = 24;

export type Row = {
  readonly title: string;
  /** Its panels are seen when somebody opens it. */
  readonly isCollapsed?: boolean;
  /** It is there once for each value chosen. */
  readonly repeat?: VariableName;
  /** Panels from left to right and from top to bottom. */
  readonly panels: readonly Builder<Panel>[];
};

/**
 * The panels where Grafana draws them, line by line. A line is full, and its panels are equally high.
 *
 * @throws {Error} if a line has a hole, is too long or uneven
 */
export function placed(rows: readonly Row[]): (Panel | RowPanel)[] {
  let y = 0;
  return rows.flatMap(({ title, isCollapsed = false, repeat, panels }) => {
    const row = new RowBuilder(title).collapsed(isCollapsed)
      .gridPos({ x: 0, y: y++, w: COLUMNS, h: 1 });
    if (repeat !== undefined) row.repeat(repeat);
    const { inRow, height } = lines(title, panels, y);
    if (!isCollapsed) {
      y += height;
      return [row.build(), ...inRow];
    }
    for (const panel of inRow) row.withPanel({ build: () => panel });
    return [row.build()];
  });
}

/** @param from where the first line is */
function lines(
  row: string,
  panels: readonly Builder<Panel>[],
  from: number,
): { inRow: Panel[]; height: number } {
  let [x, y, height] = [0, from, 0];
  const inRow = panels.map((builder) => {
    const panel = builder.build();
    const { w = 0, h = 0 } = panel.gridPos ?? {};
    const complain = (what: string) => {
      throw new Error(`Panel "${panel.title}" of row "${row}" ${what}`);
    };
    if (x + w > COLUMNS) complain(`leaves a hole: it begins at column ${x}`);
    if (x > 0 && h !== height) {
      complain(`is ${h} high, and the one before it ${height}`);
    }
    height = h;
    panel.gridPos = { x, y, w, h };
    x += w;
    if (x === COLUMNS) [x, y, height] = [0, y + h, 0];
    return panel;
  });
  if (x > 0) {
    throw new Error(`Row "${row}" ends in a hole: from column ${x} on`);
  }
  return { inRow, height: y - from };
}
