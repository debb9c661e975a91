/**
 * What differs from one cluster to the next. Resources are made of these, and of tables of the code; nothing computes with a value, so
 * that the same code makes Kustomize's files and Helm's templates.
 *
 * @module
 */
import { ofEachTopic, type TopicId, topics } from "#contracts/topics.ts";

/** Who is at the other end of a connection, as a NetworkPolicy has it. */
export type Peers = readonly Readonly<Record<string, unknown>>[];

/** Parts that need an operator in the cluster, each of which can be left out, and their folders. */
export const components = {
  strimzi: "strimzi",
  cloudnativePg: "cloudnative-pg",
  keda: "keda",
  prometheusOperator: "prometheus-operator",
} as const;

export type ComponentName = keyof typeof components;

export type Values = {
  /** In a chart it is the release's. */
  readonly namespace: string;
  readonly image: {
    /** What stands in front of `/validator:1.2.3`. */
    readonly repository: string;
    readonly tag: string;
  };
  /** Whether it is part of it. */
  readonly components: Readonly<Record<ComponentName, boolean>>;
  readonly kafka: {
    readonly bootstrapServers: string;
    /** `host:port` of each broker as it advertises itself, comma-separated: the intake may connect to no other. */
    readonly brokers: string;
    /** Secret with the authority's `ca.crt`. */
    readonly caSecret: string;
    readonly peers: Peers;
    readonly port: number;
    /** Of the topics' job: `--apply` makes topics; without, it only compares them, where Strimzi's operator makes them. */
    readonly topicsArguments: readonly string[];
  };
  readonly database: {
    readonly caSecret: string;
    readonly peers: Peers;
    readonly port: number;
  };
  /** Who may reach the intake's webhooks: what stands in front of it. */
  readonly webhooksFrom: Peers;
  /** Who may reach the desk's console. */
  readonly consoleFrom: Peers;
  /** Who may read metrics. */
  readonly metricsFrom: Peers;
  /** Whether a pod is not started rather than beside others of its service in one zone. */
  readonly zoneSpread: "DoNotSchedule" | "ScheduleAnyway";
  readonly intake: {
    readonly minReplicas: number;
    readonly maxReplicas: number;
    readonly cpu: string;
    readonly memory: string;
  };
  readonly worker: {
    readonly minReplicas: number;
    readonly cpu: string;
    readonly memory: string;
  };
  readonly observer: { readonly replicas: number };
  readonly keda: {
    readonly prometheusUrl: string;
    /** Seconds of lag for each pod of a worker. */
    readonly lagSecondsPerPod: string;
  };
  readonly topics: Readonly<Record<TopicId, { readonly partitions: number }>>;
  readonly strimzi: {
    readonly brokers: number;
    readonly brokerStorage: string;
    readonly brokerMemory: string;
    readonly controllers: number;
    readonly controllerStorage: string;
    readonly replicas: number;
    readonly minInSyncReplicas: number;
  };
  readonly cloudnativePg: {
    readonly instances: number;
    readonly storage: string;
  };
};

const namespaceNamed = (name: string): Peers => [
  {
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
  },
];

const brokersOf = (count: number): string =>
  Array.from(
    { length: count },
    (_, id) =>
      `eventflow-broker-${id}.eventflow-kafka-brokers.eventflow.svc:9093`,
  ).join(",");

/** Kafka is where Strimzi puts it; PostgreSQL is outside of the cluster. */
export const base: Values = {
  namespace: "eventflow",
  image: { repository: "eventflow", tag: "development" },
  components: {
    strimzi: false,
    cloudnativePg: false,
    keda: false,
    prometheusOperator: false,
  },
  kafka: {
    bootstrapServers: "eventflow-kafka-bootstrap:9093",
    brokers: brokersOf(3),
    caSecret: "eventflow-cluster-ca-cert",
    peers: [{
      podSelector: {
        matchLabels: {
          "strimzi.io/cluster": "eventflow",
          "strimzi.io/kind": "Kafka",
        },
      },
    }],
    port: 9093,
    topicsArguments: [],
  },
  database: {
    caSecret: "database-ca",
    peers: [{ ipBlock: { cidr: "10.0.0.0/8" } }],
    port: 5432,
  },
  webhooksFrom: namespaceNamed("ingress"),
  consoleFrom: namespaceNamed("ingress"),
  metricsFrom: namespaceNamed("monitoring"),
  zoneSpread: "ScheduleAnyway",
  intake: { minReplicas: 2, maxReplicas: 12, cpu: "500m", memory: "384Mi" },
  worker: { minReplicas: 2, cpu: "250m", memory: "384Mi" },
  observer: { replicas: 1 },
  keda: {
    prometheusUrl: "http://prometheus-operated.monitoring.svc:9090",
    lagSecondsPerPod: "20",
  },
  topics: ofEachTopic((id) => ({ partitions: topics[id].partitions })),
  strimzi: {
    brokers: 3,
    brokerStorage: "500Gi",
    brokerMemory: "8Gi",
    controllers: 3,
    controllerStorage: "20Gi",
    replicas: 3,
    minInSyncReplicas: 2,
  },
  cloudnativePg: { instances: 3, storage: "200Gi" },
};

/** To look at it, on one node: Kafka and PostgreSQL are in the cluster too, one of each. */
export const small: Values = {
  ...base,
  components: { ...base.components, strimzi: true, cloudnativePg: true },
  kafka: { ...base.kafka, brokers: brokersOf(1) },
  database: {
    ...base.database,
    caSecret: "eventflow-database-ca",
    peers: [{
      podSelector: { matchLabels: { "cnpg.io/cluster": "eventflow-database" } },
    }],
  },
  intake: { ...base.intake, minReplicas: 1, maxReplicas: 2, cpu: "100m" },
  worker: { ...base.worker, minReplicas: 1, cpu: "50m" },
  strimzi: {
    brokers: 1,
    brokerStorage: "10Gi",
    brokerMemory: "1Gi",
    controllers: 1,
    controllerStorage: "2Gi",
    replicas: 1,
    minInSyncReplicas: 1,
  },
  cloudnativePg: { instances: 1, storage: "5Gi" },
};

/** Partitions that leave room to double twice (docs/performance.md): added later, they break the order of each payment. */
const PRODUCTION_PARTITIONS = { partitions: 6 };

/** Three zones, autoscaled, watched; PostgreSQL is outside of the cluster. */
export const production: Values = {
  ...base,
  components: {
    ...base.components,
    strimzi: true,
    keda: true,
    prometheusOperator: true,
  },
  zoneSpread: "DoNotSchedule",
  intake: { ...base.intake, minReplicas: 3 },
  observer: { replicas: 2 },
  topics: {
    ...base.topics,
    raw: PRODUCTION_PARTITIONS,
    validated: PRODUCTION_PARTITIONS,
    enriched: PRODUCTION_PARTITIONS,
  },
};

export const overlays = { small, production };
