import { readFileSync } from "node:fs";
import { join } from "node:path";
import { databaseRoles } from "#runtime/database_roles.ts";
import { repositoryRoot } from "#local/home.ts";
import { parts } from "../../parts/parts.ts";
import {
  type Manifest,
  metadataOf,
  type Resource,
  selectorOf,
} from "./resource.ts";
import type { Values } from "./values.ts";

const CLUSTER = "eventflow-database";
const ROLES = "eventflow-database-roles";

/** PostgreSQL by CloudNativePG, with EventFlow's roles: their passwords are in Secrets called `database-writer-login` and so on. */
export function databaseByCloudNativePg(values: Values): Manifest {
  return {
    file: "database",
    component: "cloudnativePg",
    resources: [
      {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: metadataOf(values, ROLES),
        data: {
          "roles.sql": readFileSync(
            join(repositoryRoot, "workers/persistence/roles.sql"),
            "utf8",
          ),
        },
      },
      {
        apiVersion: "postgresql.cnpg.io/v1",
        kind: "Cluster",
        // Without our labels, for the reason that Kafka's has none.
        metadata: { name: CLUSTER, namespace: values.namespace },
        spec: {
          instances: values.cloudnativePg.instances,
          storage: { size: values.cloudnativePg.storage },
          bootstrap: {
            initdb: {
              database: "eventflow",
              owner: databaseRoles.owner,
              secret: { name: loginOf("owner") },
              postInitApplicationSQLRefs: {
                configMapRefs: [{ name: ROLES, key: "roles.sql" }],
              },
            },
          },
          managed: {
            roles: Object.entries(databaseRoles)
              .filter(([role]) => role !== "owner")
              .map(([role, name]) => ({
                name,
                ensure: "present",
                login: true,
                passwordSecret: { name: loginOf(role) },
              })),
          },
        },
      },
      reachedBy(values),
    ],
  };
}

/** Who has a role in it, its own instances, and the operator. */
function reachedBy(values: Values): Resource {
  const instances = { matchLabels: { "cnpg.io/cluster": CLUSTER } };
  const ours = parts.filter(({ reachesDatabase }) => reachesDatabase)
    .map(({ name }) => ({ podSelector: { matchLabels: selectorOf(name) } }));
  const operator = {
    namespaceSelector: {
      matchLabels: { "kubernetes.io/metadata.name": "cnpg-system" },
    },
  };
  const ports = (...numbers: readonly number[]) =>
    numbers.map((port) => ({ protocol: "TCP", port }));
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: metadataOf(values, CLUSTER),
    spec: {
      podSelector: instances,
      policyTypes: ["Ingress"],
      ingress: [
        { from: [...ours, { podSelector: instances }], ports: ports(5432) },
        { from: [operator], ports: ports(5432, 8000) },
      ],
    },
  };
}

function loginOf(role: string): string {
  return `database-${role}-login`;
}
