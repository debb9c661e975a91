import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse } from "yaml";
import {
  prometheusFolder,
  scrapePace,
} from "../../../monitoring/prometheus/config.ts";
import {
  kubernetesName,
  type Manifest,
  metadataOf,
  type Resource,
  selectorOf,
} from "./resource.ts";
import type { Values } from "./values.ts";

/**
 * For the Prometheus operator: whom to ask, and the rules as they ship. A PodMonitor and no ServiceMonitor, which would put its
 * service into the label `service` that our own metrics have.
 */
export function monitoring(values: Values): Manifest {
  return {
    file: "monitoring",
    component: "prometheusOperator",
    resources: [podMonitor(values), ...rules(values)],
  };
}

/** Jobs are called as everywhere else, by which rules and boards know them: the label is written with its underscores. */
function podMonitor(values: Values): Resource {
  return {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PodMonitor",
    metadata: metadataOf(values, "eventflow"),
    spec: {
      selector: { matchLabels: selectorOf() },
      jobLabel: "app.kubernetes.io/component",
      podMetricsEndpoints: [{
        port: "operations",
        path: "/metrics",
        interval: scrapePace.interval,
        scrapeTimeout: scrapePace.timeout,
      }],
    },
  };
}

/** One for each file of `infra/monitoring/prometheus/rules/`. */
function rules(values: Values): readonly Resource[] {
  const folder = join(prometheusFolder, "rules");
  return readdirSync(folder).filter((file) => file.endsWith(".yaml")).sort()
    .map((file) => ({
      apiVersion: "monitoring.coreos.com/v1",
      kind: "PrometheusRule",
      metadata: metadataOf(
        values,
        `eventflow-${kubernetesName(basename(file, ".yaml"))}`,
      ),
      spec: parse(readFileSync(join(folder, file), "utf8")),
    }));
}
