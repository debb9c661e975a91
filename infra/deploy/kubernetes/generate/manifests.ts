import { autoscaling } from "./autoscaling.ts";
import { databaseByCloudNativePg } from "./cloudnative_pg.ts";
import { dashboards } from "./dashboards.ts";
import { monitoring } from "./monitoring.ts";
import { defaultDeny } from "./network_policies.ts";
import { parts } from "../../parts/parts.ts";
import { type Manifest, PART_OF } from "./resource.ts";
import { manifestOf } from "./services.ts";
import { kafkaByStrimzi } from "./strimzi.ts";
import type { Values } from "./values.ts";

/** Helm makes the namespace itself, so that its chart has all but this file. */
export const NAMESPACE = "namespace";

/** Everything of EventFlow in a cluster, and what each operator is told of it. */
export function manifests(values: Values): readonly Manifest[] {
  return [
    { file: NAMESPACE, resources: [namespaceOf(values)] },
    { file: "default-deny", resources: [defaultDeny(values)] },
    ...parts.map((part) => manifestOf(part, values)),
    autoscaling(values),
    monitoring(values),
    dashboards(values),
    ...kafkaByStrimzi(values),
    databaseByCloudNativePg(values),
  ];
}

/** A pod that may do more than these manifests let it is not taken in. */
function namespaceOf({ namespace }: Values) {
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name: namespace,
      labels: {
        "app.kubernetes.io/part-of": PART_OF,
        "pod-security.kubernetes.io/enforce": "restricted",
        "pod-security.kubernetes.io/warn": "restricted",
      },
    },
  };
}
