import { Enums, Models, Serialize, Spec } from "@cyclonedx/cyclonedx-library";
import type { Part } from "./parts.ts";

const kinds = {
  library: Enums.ComponentType.Library,
  container: Enums.ComponentType.Container,
  platform: Enums.ComponentType.Platform,
};

/** As CycloneDX 1.6 in JSON. It has no time and no number of its own: the same parts are the same bytes. */
export function cycloneDx(parts: readonly Part[]): string {
  const root = new Models.Component(
    Enums.ComponentType.Application,
    "eventflow",
    { bomRef: "eventflow" },
  );
  const components = new Models.ComponentRepository(parts.map(component));
  const bom = new Models.Bom({
    metadata: new Models.Metadata({ component: root }),
    components,
  });
  const serializer = new Serialize.JsonSerializer(
    new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6),
  );
  return serializer.serialize(bom, { sortLists: true, space: 2 });
}

function component({ purl, kind, digest, isForDevelopment }: Part) {
  const [, path = "", version] = /^pkg:\w+\/(.+)@(.+)$/.exec(purl) ?? [];
  const parts = decodeURIComponent(path).split("/");
  return new Models.Component(kinds[kind], parts.pop() ?? "", {
    group: parts.join("/") || undefined,
    version: version && decodeURIComponent(version),
    bomRef: purl,
    purl,
    scope: isForDevelopment
      ? Enums.ComponentScope.Excluded
      : Enums.ComponentScope.Required,
    hashes: new Models.HashDictionary(
      digest ? [[hashes[digest.algorithm], digest.hex]] : [],
    ),
  });
}

const hashes = {
  "SHA-256": Enums.HashAlgorithm["SHA-256"],
  "SHA-512": Enums.HashAlgorithm["SHA-512"],
};
