import { isDeepStrictEqual } from "node:util";
import { patchOf } from "../generate/patch.ts";
import type { Resource } from "../generate/resource.ts";
import { identityOf } from "./built.ts";

/** A sentence for each resource that the chart has not, has beside, or has otherwise than Kustomize. */
export function differencesOf(
  byKustomize: readonly Resource[],
  byHelm: readonly Resource[],
): string[] {
  const ours = byIdentity(byKustomize);
  const theirs = byIdentity(byHelm);
  return [
    ...[...ours].flatMap(([identity, resource]) => {
      const other = theirs.get(identity);
      if (other === undefined) return `${identity} is not in the chart`;
      return isDeepStrictEqual(resource, other)
        ? []
        : `${identity} differs in the chart: ${
          JSON.stringify(patchOf(resource, other))
        }`;
    }),
    ...[...theirs.keys()].filter((identity) => !ours.has(identity))
      .map((identity) => `${identity} is in the chart alone`),
  ];
}

/** Without the namespace, which Helm makes itself. */
function byIdentity(
  resources: readonly Resource[],
): ReadonlyMap<string, Resource> {
  return new Map(
    resources.filter(({ kind }) => kind !== "Namespace")
      .map((resource) => [identityOf(resource), resource]),
  );
}
