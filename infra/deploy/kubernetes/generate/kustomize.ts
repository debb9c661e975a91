import { manifests } from "./manifests.ts";
import { patchOf } from "./patch.ts";
import type { Manifest, Resource } from "./resource.ts";
import {
  base,
  type ComponentName,
  components,
  overlays,
  type Values,
} from "./values.ts";
import { yaml, yamlFile } from "./yaml.ts";

const componentNames = Object.keys(components) as readonly ComponentName[];

/**
 * Kustomize's files, by their paths: `base/` has what Kubernetes itself knows, each folder of `components/` what one operator does, and
 * an overlay chooses of these and changes what differs.
 */
export function kustomizeFiles(): Map<string, string> {
  const made = manifests(base);
  const files = new Map<string, string>();
  const write = (folder: string, its: readonly Manifest[], head: object) => {
    for (const { file, resources } of its) {
      files.set(`${folder}/${file}.yaml`, yamlFile(...resources));
    }
    files.set(
      `${folder}/kustomization.yaml`,
      yamlFile({
        ...head,
        resources: its.map(({ file }) => `${file}.yaml`),
      }),
    );
  };
  const of = (component: ComponentName | undefined) =>
    made.filter((manifest) => manifest.component === component);
  write("base", of(undefined), kustomization);
  for (const name of componentNames) {
    write(`components/${components[name]}`, of(name), component);
  }
  for (const [name, values] of Object.entries(overlays)) {
    files.set(`overlays/${name}/kustomization.yaml`, overlay(values));
  }
  return files;
}

const kustomization = {
  apiVersion: "kustomize.config.k8s.io/v1beta1",
  kind: "Kustomization",
};
const component = {
  apiVersion: "kustomize.config.k8s.io/v1alpha1",
  kind: "Component",
};

function overlay(values: Values): string {
  const chosen = componentNames.filter((name) => values.components[name]);
  const from = resourcesOf(base, chosen);
  const changed = resourcesOf(values, chosen)
    .map((resource, index) => ({
      resource,
      patch: yaml(patchOf(from[index], resource)),
    }))
    .filter(({ patch }) => patch !== yaml([]));
  // Kustomize takes names as an expression: what is changed alike is said once.
  const alike = Map.groupBy(
    changed,
    ({ resource: { apiVersion, kind }, patch }) =>
      [apiVersion, kind, patch].join("\n"),
  );
  return yamlFile({
    ...kustomization,
    resources: ["../../base"],
    components: chosen.map((name) => `../../components/${components[name]}`),
    patches: [...alike.values()].map((its) => ({
      target: targetOf(its.map(({ resource }) => resource)),
      patch: its[0]?.patch,
    })),
  });
}

function targetOf(resources: readonly Resource[]) {
  const { apiVersion = "", kind } = resources[0] ?? {};
  const [version, group] = apiVersion.split("/").reverse();
  const name = resources.map(({ metadata }) => metadata.name).join("|");
  return { ...group !== undefined && { group }, version, kind, name };
}

function resourcesOf(
  values: Values,
  chosen: readonly ComponentName[],
): readonly Resource[] {
  return manifests(values)
    .filter(({ component }) =>
      component === undefined || chosen.includes(component)
    )
    .flatMap(({ resources }) => resources);
}
