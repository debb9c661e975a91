import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import { type Board, buildDashboard } from "./board.ts";
import { business } from "./dashboards/business.ts";
import { anomalies } from "./dashboards/anomalies.ts";
import { providers } from "./dashboards/providers.ts";
import { onCall } from "./dashboards/on_call.ts";
import { streamingOverview } from "./dashboards/streaming_overview.ts";

const boards: readonly Board[] = [
  streamingOverview,
  onCall,
  business,
  providers,
  anomalies,
];

/** Every dashboard, as Grafana reads it. */
export function buildDashboards(): Dashboard[] {
  return boards.map(buildDashboard);
}
