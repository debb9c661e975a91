import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { placed, type Row } from "./layout.ts";
import { boards, boardTags, type BoardUid, toAllBoards } from "./links.ts";
import { type VariableName, variablesOf } from "./variables.ts";

export type Board = {
  readonly uid: BoardUid;
  /** For whom it is. */
  readonly description: string;
  /** How much time it shows at first. */
  readonly from: string;
  readonly refresh: string;
  /** What its reader chooses. */
  readonly variables: readonly VariableName[];
  readonly rows: readonly Row[];
};

/** The dashboard as Grafana reads it. */
export function buildDashboard(
  { uid, description, from, refresh, variables, rows }: Board,
): Dashboard {
  const dashboard = new DashboardBuilder(boards[uid]).uid(uid)
    .description(description)
    .tags(boardTags)
    .time({ from, to: "now" })
    .refresh(refresh)
    .timezone("browser")
    .tooltip(DashboardCursorSync.Crosshair)
    // What is changed in the browser is lost: the code is what counts.
    .readonly()
    .links([{ build: () => toAllBoards }])
    .variables(variablesOf(variables))
    .build();
  dashboard.panels = placed(rows);
  const all = dashboard.panels.flatMap((panel) =>
    "panels" in panel ? [panel, ...panel.panels] : [panel]
  );
  for (const [index, panel] of all.entries()) panel.id = index + 1;
  return dashboard;
}
