import type { Builder } from "@grafana/grafana-foundation-sdk/cog";
import {
  TableCellBackgroundDisplayMode,
  TableCellDisplayMode,
} from "@grafana/grafana-foundation-sdk/common";
import type { Panel } from "@grafana/grafana-foundation-sdk/dashboard";
import { PromQueryFormat } from "@grafana/grafana-foundation-sdk/prometheus";
import { PanelBuilder as Table } from "@grafana/grafana-foundation-sdk/table";
import type { Link } from "./links.ts";
import { described, type PanelOptions } from "./panels.ts";
import { valueMap, type Words } from "./values.ts";

export type Column = {
  readonly title: string;
  readonly unit?: string;
  readonly decimals?: number;
  readonly width?: number;
  /** By the text of a cell, what to show and in which colour. */
  readonly words?: Words;
  readonly isColoured?: boolean;
  readonly links?: readonly Link[];
};

/**
 * Rows of the moment: what several queries find of the same labels is one row.
 *
 * @param columns in their order, by the name that Grafana's data has: a label, "Value" of the only query, or
 * "Value #A" of the first
 * @param empty what to say if there is no row
 * @param emptyCell what to say if a row lacks something
 */
export function table(
  { columns, empty, emptyCell, ...options }: PanelOptions & {
    readonly columns: Readonly<Record<string, Column>>;
    readonly empty: string;
    readonly emptyCell: string;
  },
): Builder<Panel> {
  const panel = described(new Table(), {
    span: 12,
    height: 9,
    isInstant: true,
    format: PromQueryFormat.Table,
    ...options,
  })
    .noValue(empty)
    .showHeader(true)
    .withTransformation({ id: "merge", options: {} })
    .withTransformation({
      id: "organize",
      options: {
        excludeByName: { Time: true, __name__: true },
        indexByName: Object.fromEntries(
          Object.keys(columns).map((name, index) => [name, index]),
        ),
        renameByName: Object.fromEntries(
          Object.entries(columns).map(([name, { title }]) => [name, title]),
        ),
      },
    });
  for (const column of Object.values(columns)) {
    panel.overrideByName(column.title, [
      // Else the panel's own stands in every empty cell.
      { id: "noValue", value: emptyCell },
      ...propertiesOf(column),
    ]);
  }
  return panel;
}

function propertiesOf(
  { unit, decimals, width, words, isColoured, links }: Column,
) {
  const properties = {
    unit,
    decimals,
    "custom.width": width,
    mappings: words && [valueMap(words)],
    "custom.cellOptions": isColoured
      ? {
        type: TableCellDisplayMode.ColorBackground,
        mode: TableCellBackgroundDisplayMode.Basic,
      }
      : undefined,
    links: links?.map((link) => ({ ...link, targetBlank: true })),
  };
  return Object.entries(properties)
    .filter(([, value]) => value !== undefined)
    .map(([id, value]) => ({ id, value }));
}
