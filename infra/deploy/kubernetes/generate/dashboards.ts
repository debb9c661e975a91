import { buildDashboards } from "../../../monitoring/grafana/boards.ts";
import { type Manifest, metadataOf, type Resource } from "./resource.ts";
import type { Values } from "./values.ts";

/** By this label the sidecar of Grafana's chart, which is part of kube-prometheus-stack too, finds boards in any namespace. */
const FOUND_BY = { grafana_dashboard: "1" };

/** Grafana's boards, a ConfigMap for each. */
export function dashboards(values: Values): Manifest {
  return {
    file: "dashboards",
    component: "prometheusOperator",
    resources: buildDashboards().map((dashboard): Resource => {
      const { uid } = dashboard;
      if (uid == null) throw new Error("A board has no uid: give it one.");
      const { labels, ...metadata } = metadataOf(values, uid);
      return {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { ...metadata, labels: { ...labels, ...FOUND_BY } },
        // Without a line's end or a space: it is for machines, and `kubectl apply` keeps a copy of it in 256 KiB.
        data: { [`${uid}.json`]: JSON.stringify(dashboard) },
      };
    }),
  };
}
