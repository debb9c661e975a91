import { type Part } from "../../parts/parts.ts";
import { networkPolicyOf } from "./network_policies.ts";
import { podOf } from "./pod.ts";
import {
  kubernetesName,
  type Manifest,
  metadataOf,
  type Resource,
  selectorOf,
} from "./resource.ts";
import type { Values } from "./values.ts";

/**
 * What one part consists of. No Deployment of workers or of the intake says how many pods it has: that is an autoscaler's, or a
 * person's by `kubectl scale`, and applying the same files again changes nothing of it.
 */
export function manifestOf(part: Part, values: Values): Manifest {
  const { name, kind } = part;
  return {
    file: kubernetesName(name),
    resources: [
      {
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: metadata(part, values),
        automountServiceAccountToken: false,
      },
      kind === "job" ? jobOf(part, values) : deploymentOf(part, values),
      ...part.publicPort === undefined ? [] : [serviceOf(part, values)],
      ...kind === "job" ? [] : [disruptionBudgetOf(part, values)],
      ...kind === "intake" ? [intakeAutoscaler(part, values)] : [],
      networkPolicyOf(part, values),
    ],
  };
}

function metadata(part: Part, values: Values): Resource["metadata"] {
  return metadataOf(values, kubernetesName(part.name), { part: part.name });
}

function deploymentOf(part: Part, values: Values): Resource {
  const { name, kind } = part;
  // Sessions of the console are in the memory of the one desk, and of two each would fence the other (decisions/0013).
  const replicas = kind === "desk"
    ? 1
    : kind === "observer"
    ? values.observer.replicas
    : undefined;
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadata(part, values),
    spec: {
      ...replicas !== undefined && { replicas },
      revisionHistoryLimit: 5,
      selector: { matchLabels: selectorOf(name) },
      // The next one is ready before one goes.
      strategy: {
        type: "RollingUpdate",
        rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
      },
      template: podOf(part, values),
    },
  };
}

/** Can be run again at any time: what is done already is left as it is. */
function jobOf(part: Part, values: Values): Resource {
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: metadata(part, values),
    spec: {
      // What it needs may come later: Kafka, its login, the database.
      backoffLimit: 20,
      // A job cannot be changed: one that is done goes, so that the next version's can come.
      ttlSecondsAfterFinished: 600,
      template: podOf(part, values),
    },
  };
}

function serviceOf(part: Part, values: Values): Resource {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: metadata(part, values),
    spec: {
      selector: selectorOf(part.name),
      ports: [{
        name: "http",
        port: 80,
        targetPort: part.publicPort,
      }],
    },
  };
}

/** A pod that is not ready, as all are while the database is away, does not keep a machine from being emptied. */
function disruptionBudgetOf(part: Part, values: Values): Resource {
  return {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: metadata(part, values),
    spec: {
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: "AlwaysAllow",
      selector: { matchLabels: selectorOf(part.name) },
    },
  };
}

/** The intake's work is HMAC and HTTP: what limits it is its processor. */
function intakeAutoscaler(part: Part, values: Values): Resource {
  return {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: metadata(part, values),
    spec: {
      scaleTargetRef: {
        apiVersion: "apps/v1",
        kind: "Deployment",
        name: kubernetesName(part.name),
      },
      minReplicas: values.intake.minReplicas,
      maxReplicas: values.intake.maxReplicas,
      metrics: [{
        type: "Resource",
        resource: {
          name: "cpu",
          target: { type: "Utilization", averageUtilization: 60 },
        },
      }],
      behavior: {
        // A burst of webhooks doubles it at once.
        scaleUp: {
          stabilizationWindowSeconds: 0,
          policies: [{ type: "Percent", value: 100, periodSeconds: 15 }],
        },
        scaleDown: {
          stabilizationWindowSeconds: 300,
          policies: [{ type: "Pods", value: 1, periodSeconds: 60 }],
        },
      },
    },
  };
}
