/**
 * Kafka by Strimzi: brokers and controllers, the topics of the contracts, and a login with its rights for each part.
 *
 * @module
 */
import { topicIds, topics } from "#contracts/topics.ts";
import { allNeeds, usualNames } from "#kafka/access/needs.ts";
import type { Right } from "#kafka/access/rights.ts";
import { configOfNew } from "#operations/topics/topic_plan.ts";
import { parts } from "../../parts/parts.ts";
import {
  kubernetesName,
  type Manifest,
  type Resource,
  selectorOf,
} from "./resource.ts";
import type { Values } from "./values.ts";

const CLUSTER = "eventflow";
const apiVersion = "kafka.strimzi.io/v1";

/**
 * Strimzi gives its pods the labels of what it makes them of. With ours among them, policies that are about EventFlow's pods would cut
 * brokers off too.
 */
const metadataOf = ({ namespace }: Values, name: string) => ({
  name,
  namespace,
  labels: { "strimzi.io/cluster": CLUSTER },
});

export function kafkaByStrimzi(values: Values): readonly Manifest[] {
  const manifest = (
    file: string,
    resources: readonly Resource[],
  ): Manifest => ({ file, component: "strimzi", resources });
  return [
    manifest("kafka", [
      nodePool(values, "broker"),
      nodePool(values, "controller"),
      cluster(values),
    ]),
    manifest("topics", topicIds.map((id) => topic(values, id))),
    manifest("users", users(values)),
  ];
}

/** What `restricted` of the Pod Security Standards asks of Strimzi's pods too. */
const restrictedPod = {
  securityContext: {
    runAsNonRoot: true,
    seccompProfile: { type: "RuntimeDefault" },
  },
};
const restrictedContainer = {
  securityContext: {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
  },
};

function nodePool(values: Values, role: "broker" | "controller"): Resource {
  const { strimzi } = values;
  const [replicas, size, memory] = role === "broker"
    ? [strimzi.brokers, strimzi.brokerStorage, strimzi.brokerMemory]
    : [strimzi.controllers, strimzi.controllerStorage, "1Gi"];
  return {
    apiVersion,
    kind: "KafkaNodePool",
    metadata: {
      ...metadataOf(values, role),
      // Brokers are known by their numbers: the intake may connect to those that it is told, and to no others.
      annotations: {
        "strimzi.io/next-node-ids": role === "broker" ? "[0-99]" : "[100-109]",
      },
    },
    spec: {
      replicas,
      roles: [role],
      storage: {
        type: "jbod",
        volumes: [{
          id: 0,
          type: "persistent-claim",
          size,
          kraftMetadata: "shared",
          // What was accepted outlives the cluster's own resource.
          deleteClaim: false,
        }],
      },
      resources: { requests: { memory }, limits: { memory } },
    },
  };
}

function cluster(values: Values): Resource {
  const { replicas, minInSyncReplicas } = values.strimzi;
  return {
    apiVersion,
    kind: "Kafka",
    metadata: { name: CLUSTER, namespace: values.namespace },
    spec: {
      kafka: {
        listeners: [{
          name: "tls",
          port: 9093,
          type: "internal",
          tls: true,
          authentication: { type: "tls" },
          networkPolicyPeers: [{ podSelector: { matchLabels: selectorOf() } }],
        }],
        authorization: { type: "simple" },
        // A replica of each partition in each zone.
        rack: { topologyKey: "topology.kubernetes.io/zone" },
        config: {
          "auto.create.topics.enable": false,
          "default.replication.factor": replicas,
          "min.insync.replicas": minInSyncReplicas,
          "offsets.topic.replication.factor": replicas,
          "transaction.state.log.replication.factor": replicas,
          "transaction.state.log.min.isr": minInSyncReplicas,
          "unclean.leader.election.enable": false,
        },
        template: {
          pod: restrictedPod,
          initContainer: restrictedContainer,
          kafkaContainer: restrictedContainer,
        },
      },
      entityOperator: {
        topicOperator: {},
        userOperator: {},
        template: {
          pod: restrictedPod,
          topicOperatorContainer: restrictedContainer,
          userOperatorContainer: restrictedContainer,
        },
      },
    },
  };
}

function topic(values: Values, id: keyof typeof topics): Resource {
  const { strimzi } = values;
  const contract = topics[id];
  return {
    apiVersion,
    kind: "KafkaTopic",
    metadata: metadataOf(values, contract.name),
    spec: {
      partitions: values.topics[id].partitions,
      replicas: strimzi.replicas,
      config: {
        ...configOfNew(contract),
        "min.insync.replicas": strimzi.minInSyncReplicas,
      },
    },
  };
}

/** A login by certificate for each part, with the rights of the table by which services check their own at the start. */
function users(values: Values): readonly Resource[] {
  const needs = allNeeds(usualNames());
  return parts.filter(({ reachesKafka }) => reachesKafka).map(({ name }) => {
    const rights = needs.get(name);
    if (rights === undefined) {
      throw new Error(
        `${name} reaches Kafka in compose.yaml and has no rights in infra/kafka/access/needs.ts: say there what it needs.`,
      );
    }
    return {
      apiVersion,
      kind: "KafkaUser",
      metadata: metadataOf(values, `kafka-${kubernetesName(name)}`),
      spec: {
        authentication: { type: "tls" },
        authorization: { type: "simple", acls: aclsOf(rights) },
      },
    };
  });
}

const resourceTypes = {
  Topic: "topic",
  Group: "group",
  TransactionalId: "transactionalId",
} as const satisfies Readonly<Record<Right["resource"], string>>;

/** One rule for each resource, with all that is done with it. */
function aclsOf(rights: readonly Right[]) {
  const byResource = Map.groupBy(
    rights,
    ({ resource, pattern, name }) => [resource, pattern, name].join(" "),
  );
  return [...byResource.values()].map((its) => {
    const [{ resource, pattern, name }] = its as [Right, ...Right[]];
    return {
      resource: {
        type: resourceTypes[resource],
        name,
        patternType: pattern === "prefixed" ? "prefix" : "literal",
      },
      operations: [...new Set(its.map(({ operation }) => operation))],
    };
  });
}
