import type { Builder } from "@grafana/grafana-foundation-sdk/cog";
import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  type DashboardLink,
  DashboardLinkBuilder,
  DashboardLinkType,
  type Panel,
  RowBuilder,
} from "@grafana/grafana-foundation-sdk/dashboard";

const TAG = "eventflow";

const linkToTheOthers: DashboardLink = {
  ...new DashboardLinkBuilder("EventFlow").type(DashboardLinkType.Dashboards)
    .tags([TAG]).keepTime(true).build(),
  // Beside the title, and not in a menu, which the builder takes for granted.
  placement: undefined,
};

export type Board = {
  readonly title: string;
  /** Its address, which bookmarks and other dashboards lead to. */
  readonly uid: string;
  /** For whom it is. */
  readonly description: string;
  /** How much time it shows at first. */
  readonly from: string;
  readonly refresh: string;
  readonly rows: Readonly<Record<string, readonly Builder<Panel>[]>>;
};

/** The dashboard as Grafana reads it, its panels from left to right and from top to bottom. */
export function buildDashboard(
  { title, uid, description, from, refresh, rows }: Board,
): Dashboard {
  const builder = new DashboardBuilder(title).uid(uid).description(description)
    .tags([TAG])
    .time({ from, to: "now" })
    .refresh(refresh)
    .timezone("browser")
    .tooltip(DashboardCursorSync.Crosshair)
    // What is changed in the browser is lost: the code is what counts.
    .readonly()
    .links([{ build: () => linkToTheOthers }]);
  for (const [row, panels] of Object.entries(rows)) {
    builder.withRow(new RowBuilder(row));
    for (const panel of panels) builder.withPanel(panel);
  }
  const dashboard = builder.build();
  for (const [index, panel] of (dashboard.panels ?? []).entries()) {
    panel.id = index + 1;
  }
  return dashboard;
}
