import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { z } from "zod";
import { consumerNames, consumers } from "#contracts/services.ts";
import { repositoryRoot } from "#local/home.ts";
import { variables } from "#runtime/generated/variables.ts";
import { serviceSettings } from "#runtime/service_settings.ts";
import { manifests } from "./manifests.ts";
import { parts } from "../../parts/parts.ts";
import { base, overlays } from "./values.ts";
import { kubernetesName } from "./resource.ts";

const Pod = z.object({
  serviceAccountName: z.string(),
  automountServiceAccountToken: z.boolean(),
  enableServiceLinks: z.boolean(),
  topologySpreadConstraints: z.array(
    z.object({ topologyKey: z.string(), nodeTaintsPolicy: z.string() }),
  ).optional(),
  terminationGracePeriodSeconds: z.number().optional(),
  securityContext: z.record(z.string(), z.unknown()),
  containers: z.tuple([z.object({
    image: z.string(),
    env: z.array(z.object({ name: z.string(), value: z.string() })),
    ports: z.array(z.object({ name: z.string(), containerPort: z.number() }))
      .default([]),
    lifecycle: z.object({
      preStop: z.object({ sleep: z.object({ seconds: z.number() }) }),
    }).optional(),
    securityContext: z.record(z.string(), z.unknown()),
    volumeMounts: z.array(z.object({
      mountPath: z.string(),
      readOnly: z.boolean().default(false),
    })),
  })]),
  volumes: z.array(z.object({
    projected: z.object({
      sources: z.array(z.object({
        secret: z.object({
          name: z.string(),
          items: z.array(z.object({ path: z.string() })),
        }),
      })),
    }).optional(),
  })),
});
const Workload = z.object({
  kind: z.enum(["Deployment", "Job"]),
  metadata: z.object({ name: z.string() }),
  spec: z.object({ template: z.object({ spec: Pod }) }),
});

const all = manifests(base).flatMap(({ resources }) => resources);
const pods = new Map(
  all.filter(({ kind }) => kind === "Deployment" || kind === "Job")
    .map((resource) => Workload.parse(resource))
    .map(({ metadata, spec }) => [metadata.name, spec.template.spec]),
);

test("every consumer of the table is in the manifests, with its image, its port and its login", () => {
  for (const name of consumerNames) {
    const pod = pods.get(kubernetesName(name)) ?? assert.fail(name);
    const [container] = pod.containers;
    assert.equal(container.image, `eventflow/${name}:development`);
    assert.deepEqual(container.ports, [
      { name: "operations", containerPort: consumers[name].port },
    ]);
    assert.ok(
      secretsOf(name).includes(`kafka-${kubernetesName(name)}`),
      name,
    );
  }
});

test("no pod may do more than its service needs, and each says as whom it runs by number", () => {
  assert.equal(pods.size, parts.length);
  for (const [name, pod] of pods) {
    assert.equal(pod.automountServiceAccountToken, false, name);
    const { runAsUser, runAsNonRoot, seccompProfile } = pod.securityContext;
    assert.ok(runAsUser === 1000 || runAsUser === 1993, name);
    assert.equal(runAsNonRoot, true, name);
    assert.deepEqual(seccompProfile, { type: "RuntimeDefault" }, name);
    const [{ securityContext, volumeMounts }] = pod.containers;
    assert.deepEqual(securityContext, {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    }, name);
    assert.deepEqual(
      volumeMounts.filter(({ readOnly }) => !readOnly)
        .map(({ mountPath }) => mountPath),
      ["/tmp"],
      name,
    );
  }
});

test("what a pod is told it has settings for, and no file is named that it does not have", () => {
  for (const [name, pod] of pods) {
    const [{ env }] = pod.containers;
    // EVENTFLOW_INTAKE_PORT would be the address of a service that is called so.
    assert.equal(pod.enableServiceLinks, false, name);
    const files = pod.volumes.flatMap(({ projected }) =>
      projected?.sources ?? []
    ).flatMap(({ secret }) =>
      secret.items.map(({ path }) => `/etc/eventflow/${path}`)
    );
    for (const { name: variable, value } of env) {
      const setting = variable.replace(/_FILE$/, "");
      assert.ok(variables.includes(setting), `${name}: ${variable}`);
      if (value.startsWith("/")) assert.ok(files.includes(value), value);
    }
    assert.deepEqual(
      env.filter(({ name, value }) =>
        /PASSWORD|SECRET$|TOKENS$|URL$/.test(name) || value.includes("://")
      ),
      [],
      name,
    );
  }
});

test("a pod has time to drain before it is ended, and what takes requests takes them until nobody sends any", () => {
  const drainSeconds = Number(serviceSettings.drainTimeoutMs.fallback) / 1_000;
  const lasting = parts.filter(({ kind }) => kind !== "job");
  for (const { name, publicPort } of lasting) {
    const pod = pods.get(kubernetesName(name)) ?? assert.fail(name);
    const before = pod.containers[0].lifecycle?.preStop.sleep.seconds ?? 0;
    assert.equal(before > 0, publicPort !== undefined, name);
    const { terminationGracePeriodSeconds = 0 } = pod;
    assert.ok(terminationGracePeriodSeconds > before + drainSeconds, name);
  }
});

test("a zone that is lost does not keep its pods from coming back in the others", () => {
  for (const { name } of parts.filter(({ kind }) => kind !== "job")) {
    const pod = pods.get(kubernetesName(name)) ?? assert.fail(name);
    assert.deepEqual(pod.topologySpreadConstraints, [
      { topologyKey: "topology.kubernetes.io/zone", nodeTaintsPolicy: "Honor" },
      { topologyKey: "kubernetes.io/hostname", nodeTaintsPolicy: "Honor" },
    ], name);
  }
});

test("only those reach the database that have its URL, and each has the URLs of its own roles alone", () => {
  const urls = Object.fromEntries(
    parts.map(({ name }) => [
      name,
      secretsOf(name).filter((secret) => secret.startsWith("database-")),
    ]),
  );
  assert.deepEqual(
    Object.fromEntries(
      Object.entries(urls).filter(([, secrets]) => secrets.length > 0),
    ),
    {
      migrate: ["database-ca", "database-owner-url"],
      persistence: ["database-ca", "database-writer-url"],
      dead_letter_desk: [
        "database-ca",
        "database-desk-url",
        "database-writer-url",
      ],
      enriched_writer: ["database-ca", "database-writer-url"],
    },
  );
  for (const { name, reachesDatabase } of parts) {
    const ports = egressOf(name);
    assert.equal(ports.includes(5432), reachesDatabase, name);
    assert.equal(ports.includes(5432), urls[name]?.length !== 0, name);
  }
});

test("nobody is reached or reaches out but by a policy of its own", () => {
  const policies = all.filter(({ kind }) => kind === "NetworkPolicy")
    .map(({ metadata, spec }) => ({ name: metadata.name, spec }));
  assert.deepEqual(
    policies.map(({ name }) => name).sort(),
    [
      "eventflow-default-deny",
      "eventflow-database",
      ...parts.map(({ name }) => kubernetesName(name)),
    ].sort(),
  );
  assert.deepEqual(
    policies.find(({ name }) => name === "eventflow-default-deny")?.spec,
    {
      podSelector: {
        matchLabels: { "app.kubernetes.io/part-of": "eventflow" },
      },
      policyTypes: ["Ingress", "Egress"],
      ingress: [],
      egress: [],
    },
  );
});

test("pods that an operator makes are not taken for EventFlow's, which may reach nobody", () => {
  const makers = all.filter(({ apiVersion }) =>
    /strimzi|cnpg/.test(apiVersion)
  );
  assert.ok(makers.length > 10);
  for (const { kind, metadata: { name, labels = {} } } of makers) {
    assert.ok(!("app.kubernetes.io/part-of" in labels), `${kind} ${name}`);
  }
});

test("no metric of ours has a label that a monitor sets, which would take its place", async () => {
  const page = await readFile(
    join(repositoryRoot, "docs/reference/metrics.md"),
    "utf8",
  );
  const labels = page.split("\n").filter((line) => line.startsWith("| `"))
    .map((line) => line.split(" | ").at(-1) ?? "");
  assert.ok(labels.some((label) => label.includes("`service`")));
  for (
    const set of [
      "job",
      "instance",
      "namespace",
      "pod",
      "container",
      "endpoint",
    ]
  ) {
    assert.deepEqual(
      labels.filter((label) => new RegExp(`(?:^|; )\`${set}\``).test(label)),
      [],
      set,
    );
  }
});

test("resources are the same ones in every overlay, so that a patch is about the one it means", () => {
  const names = (values: typeof base) =>
    manifests(values).flatMap(({ resources }) => resources)
      .map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  for (const values of Object.values(overlays)) {
    assert.deepEqual(names(values), names(base));
  }
  assert.equal(new Set(names(base)).size, names(base).length);
});

function secretsOf(name: string): string[] {
  return (pods.get(kubernetesName(name))?.volumes ?? [])
    .flatMap(({ projected }) => projected?.sources ?? [])
    .map(({ secret }) => secret.name);
}

function egressOf(name: string): number[] {
  const Policy = z.object({
    egress: z.array(
      z.object({ ports: z.array(z.object({ port: z.number() })) }),
    ),
  });
  const policy = all.find(({ kind, metadata }) =>
    kind === "NetworkPolicy" && metadata.name === kubernetesName(name)
  );
  return Policy.parse(policy?.spec).egress
    .flatMap(({ ports }) => ports.map(({ port }) => port));
}
