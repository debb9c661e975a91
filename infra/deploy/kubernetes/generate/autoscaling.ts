/**
 * Workers are scaled by how long what waits has been waiting, as the observer sees it. KEDA's own scaler of Kafka cannot know that a
 * partition waits on purpose, as all do while the database is away, and would add pods that wait as well (kedacore/keda#3904).
 *
 * @module
 */
import {
  type ConsumerName,
  consumers,
  isConsumer,
} from "#contracts/services.ts";
import { type Part, parts } from "../../parts/parts.ts";
import {
  kubernetesName,
  type Manifest,
  metadataOf,
  type Resource,
} from "./resource.ts";
import type { Values } from "./values.ts";

/** For so long after the last wait a backlog is given the time to go by itself, which is what it does when a database is back. */
const AFTER_A_WAIT = "5m";

/** kafkajs has all members of a group stop when one comes or goes: a group is not to change for a lull. */
const COOLDOWN_SECONDS = 600;

/**
 * Seconds for which the oldest record that a group has not finished has waited, or nothing: while it is not known, and while more
 * pods would not help. KEDA is told to take nothing for an error, and with an error the number of pods stays as it is.
 */
export function lagQuery(
  name: ConsumerName,
  { namespace }: Pick<Values, "namespace">,
): string {
  const { service } = consumers[name];
  // Another installation that the same Prometheus watches has groups and workers that are called alike.
  const ours = `namespace="${namespace}"`;
  return [
    `max(eventflow_group_lag_seconds{${ours},group="${service}"})`,
    // Somebody works: pods that cannot start would only become more.
    `and on () max(eventflow_group_members{${ours},group="${service}"}) > 0`,
    // Nothing waits on purpose, nor did a moment ago. Without an answer of any worker this is nothing, too.
    `and on () sum(max_over_time(eventflow_worker_paused_partitions{${ours},job="${name}"}[${AFTER_A_WAIT}])) == 0`,
    // Nobody's open transaction hides what is to be read.
    `unless on () max(eventflow_partition_held_back_seconds{${ours}}) > 0`,
  ].join("\n");
}

/** Of all workers that share the work of a group. */
export function autoscaling(values: Values): Manifest {
  return {
    file: "autoscaling",
    component: "keda",
    resources: parts.filter(({ kind }) => kind === "worker")
      .map((part) => scaledObject(part, values)),
  };
}

function scaledObject({ name }: Part, values: Values): Resource {
  if (!isConsumer(name)) throw new Error(`${name} is no consumer.`);
  const { prometheusUrl, lagSecondsPerPod } = values.keda;
  return {
    apiVersion: "keda.sh/v1alpha1",
    kind: "ScaledObject",
    metadata: metadataOf(values, kubernetesName(name), { part: name }),
    spec: {
      scaleTargetRef: { name: kubernetesName(name) },
      pollingInterval: 15,
      cooldownPeriod: COOLDOWN_SECONDS,
      minReplicaCount: values.worker.minReplicas,
      // A pod more than there are partitions would have nothing to do.
      maxReplicaCount: values.topics[consumers[name].reads].partitions,
      advanced: {
        horizontalPodAutoscalerConfig: {
          // KEDA's own cooldown is for the way to zero alone; between the bounds this counts.
          behavior: {
            scaleUp: {
              stabilizationWindowSeconds: 60,
              policies: [{ type: "Pods", value: 2, periodSeconds: 60 }],
            },
            scaleDown: {
              stabilizationWindowSeconds: COOLDOWN_SECONDS,
              policies: [{ type: "Pods", value: 1, periodSeconds: 300 }],
            },
          },
        },
      },
      triggers: [{
        type: "prometheus",
        metricType: "AverageValue",
        metadata: {
          serverAddress: prometheusUrl,
          query: lagQuery(name, values),
          threshold: lagSecondsPerPod,
          ignoreNullValues: "false",
        },
      }],
    },
  };
}
