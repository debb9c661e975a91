import { serviceSettings } from "#runtime/service_settings.ts";
import { type Part } from "../../parts/parts.ts";
import { kubernetesName, selectorOf } from "./resource.ts";
import type { Values } from "./values.ts";

/** Where a pod has its secrets, each in a file of its own. */
const SECRETS = "/etc/eventflow";

/** Seconds for which an instance that is to stop still takes what comes: until nobody sends to it any more. */
const LAST_CALL_SECONDS = 5;

/** Seconds from the signal to the end by force: over the drain and what comes before it, with time to spare. */
export const GRACE_SECONDS = 30;

/** Seconds that a service may take to start: enrichment reads what it remembers first. */
const START_SECONDS = 180;

const drainSeconds = Number(serviceSettings.drainTimeoutMs.fallback) / 1_000;
if (GRACE_SECONDS < LAST_CALL_SECONDS + drainSeconds) {
  throw new Error(
    `GRACE_SECONDS must be more than the drain and what comes before it: current values ${GRACE_SECONDS} and ${
      LAST_CALL_SECONDS + drainSeconds
    }.`,
  );
}

/** The template of a part's pods, as a Deployment and a Job have it alike. */
export function podOf(part: Part, values: Values) {
  const { name, kind, user } = part;
  const isJob = kind === "job";
  return {
    metadata: { labels: selectorOf(name) },
    spec: {
      serviceAccountName: kubernetesName(name),
      automountServiceAccountToken: false,
      // Kubernetes would set EVENTFLOW_… of services that are called so, to addresses that no setting means.
      enableServiceLinks: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: user,
        runAsGroup: user,
        fsGroup: user,
        seccompProfile: { type: "RuntimeDefault" },
      },
      ...isJob ? { restartPolicy: "OnFailure" } : {
        terminationGracePeriodSeconds: GRACE_SECONDS,
        topologySpreadConstraints: spread(name, values),
      },
      containers: [{
        name: kubernetesName(name),
        image: `${values.image.repository}/${name}:${values.image.tag}`,
        ...name === "topics" && { args: values.kafka.topicsArguments },
        env: environmentOf(part, values),
        ...!isJob && { ports: portsOf(part), ...probes() },
        ...part.publicPort !== undefined && {
          lifecycle: { preStop: { sleep: { seconds: LAST_CALL_SECONDS } } },
        },
        resources: resourcesOf(part, values),
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        },
        volumeMounts: [
          { name: "tmp", mountPath: "/tmp" },
          { name: "secrets", mountPath: SECRETS, readOnly: true },
        ],
      }],
      volumes: [
        { name: "tmp", emptyDir: { medium: "Memory", sizeLimit: "64Mi" } },
        secretsVolume(part, values),
      ],
    },
  };
}

/**
 * Over zones and over machines; each rollout on its own, or old pods would decide where new ones go. A zone whose machines take no pods, as
 * it is lost or is being emptied, does not count: else it would be the one with fewest, and no pod could be made in another for it.
 */
function spread(name: string, { zoneSpread }: Values) {
  return [
    ["topology.kubernetes.io/zone", zoneSpread],
    ["kubernetes.io/hostname", "ScheduleAnyway"],
  ].map(([topologyKey, whenUnsatisfiable]) => ({
    topologyKey,
    whenUnsatisfiable,
    maxSkew: 1,
    nodeTaintsPolicy: "Honor",
    labelSelector: { matchLabels: selectorOf(name) },
    matchLabelKeys: ["pod-template-hash"],
  }));
}

function environmentOf(part: Part, { kafka }: Values) {
  const { kind, reachesKafka, secrets } = part;
  const variables = {
    EVENTFLOW_BIND_HOST: "0.0.0.0",
    ...kind === "intake" && {
      EVENTFLOW_OPERATIONS_HOST: "0.0.0.0",
      EVENTFLOW_ALLOW_NET: kafka.brokers,
    },
    ...reachesKafka && {
      KAFKA_BOOTSTRAP_SERVERS: kafka.bootstrapServers,
      EVENTFLOW_KAFKA_SSLROOTCERT: `${SECRETS}/kafka-ca.crt`,
      EVENTFLOW_KAFKA_SSLCERT: `${SECRETS}/kafka-user.crt`,
      EVENTFLOW_KAFKA_SSLKEY: `${SECRETS}/kafka-user.key`,
    },
    ...Object.fromEntries(
      secrets.map(({ variable, name }) => [variable, `${SECRETS}/${name}`]),
    ),
  };
  return Object.entries(variables).map(([name, value]) => ({ name, value }));
}

/** One volume for all, so that a certificate and its key are exchanged together. */
function secretsVolume(
  { name, reachesKafka, reachesDatabase, secrets }: Part,
  { kafka, database }: Values,
) {
  const from = (secret: string, ...items: readonly [string, string][]) => ({
    secret: {
      name: secret,
      items: items.map(([key, path]) => ({ key, path })),
    },
  });
  return {
    name: "secrets",
    projected: {
      defaultMode: 0o440,
      sources: [
        ...reachesKafka
          ? [
            from(kafka.caSecret, ["ca.crt", "kafka-ca.crt"]),
            from(
              `kafka-${kubernetesName(name)}`,
              ["user.crt", "kafka-user.crt"],
              ["user.key", "kafka-user.key"],
            ),
          ]
          : [],
        ...reachesDatabase
          ? [from(database.caSecret, ["ca.crt", "database-ca.crt"])]
          : [],
        ...secrets.map(({ name }) => from(name, [name, name])),
      ],
    },
  };
}

/** A port that is both people's and operators' has the operators' name: that is what monitors look for. */
export function portsOf({ operationsPort, publicPort }: Part) {
  return [
    { name: "operations", containerPort: operationsPort },
    ...publicPort !== undefined && publicPort !== operationsPort
      ? [{ name: "public", containerPort: publicPort }]
      : [],
  ];
}

/**
 * A service that does not answer `/health` is started anew. One that is not ready, because Kafka or the database is away, is not: it
 * waits, and goes on by itself.
 */
function probes() {
  const ask = (path: string) => ({ httpGet: { path, port: "operations" } });
  const PERIOD_SECONDS = 5;
  return {
    startupProbe: {
      ...ask("/health"),
      periodSeconds: PERIOD_SECONDS,
      failureThreshold: START_SECONDS / PERIOD_SECONDS,
    },
    livenessProbe: {
      ...ask("/health"),
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 6,
    },
    readinessProbe: {
      ...ask("/ready"),
      periodSeconds: PERIOD_SECONDS,
      timeoutSeconds: 3,
      failureThreshold: 2,
    },
  };
}

/** No limit of processors: a worker that catches up may take what nobody else needs. */
function resourcesOf({ kind }: Part, { intake, worker }: Values) {
  const { cpu, memory } = kind === "intake" ? intake : worker;
  return { requests: { cpu, memory }, limits: { memory } };
}
