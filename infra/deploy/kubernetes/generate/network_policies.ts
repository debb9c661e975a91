import { type Part } from "../../parts/parts.ts";
import {
  kubernetesName,
  metadataOf,
  type Resource,
  selectorOf,
} from "./resource.ts";
import type { Peers, Values } from "./values.ts";

/**
 * Nobody reaches a pod of EventFlow, nor is reached by one, but by a policy below. It is about those pods alone: whoever brings Kafka
 * and PostgreSQL into the namespace has policies of their own.
 */
export function defaultDeny(values: Values): Resource {
  return policy({
    values,
    name: "eventflow-default-deny",
    selector: selectorOf(),
    ingress: [],
    egress: [],
  });
}

/** What one part needs, and nothing else. Probes come from the machine that a pod is on, which no policy keeps out. */
export function networkPolicyOf(part: Part, values: Values): Resource {
  const { name, kind, operationsPort, publicPort } = part;
  const { kafka, database } = values;
  const publicFrom = kind === "intake"
    ? values.webhooksFrom
    : values.consoleFrom;
  return policy({
    values,
    name: kubernetesName(name),
    part: name,
    selector: selectorOf(name),
    ingress: [
      ...publicPort === undefined
        ? []
        : [{ from: publicFrom, ports: [tcp(publicPort)] }],
      ...operationsPort === undefined
        ? []
        : [{ from: values.metricsFrom, ports: [tcp(operationsPort)] }],
    ],
    egress: [
      { to: dns, ports: [tcp(53), { protocol: "UDP", port: 53 }] },
      ...part.reachesKafka
        ? [{ to: kafka.peers, ports: [tcp(kafka.port)] }]
        : [],
      ...part.reachesDatabase
        ? [{ to: database.peers, ports: [tcp(database.port)] }]
        : [],
    ],
  });
}

const dns: Peers = [{
  namespaceSelector: {
    matchLabels: { "kubernetes.io/metadata.name": "kube-system" },
  },
  podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
}];

function tcp(port: number) {
  return { protocol: "TCP", port };
}

function policy(
  { values, name, part, selector, ingress, egress }: {
    values: Values;
    name: string;
    part?: string;
    selector: Readonly<Record<string, string>>;
    ingress: readonly unknown[];
    egress: readonly unknown[];
  },
): Resource {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: metadataOf(values, name, { part }),
    spec: {
      podSelector: { matchLabels: selector },
      policyTypes: ["Ingress", "Egress"],
      ingress,
      egress,
    },
  };
}
