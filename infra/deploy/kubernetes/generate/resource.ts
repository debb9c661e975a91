import type { ComponentName, Values } from "./values.ts";

/** A Kubernetes resource; what is undefined in it is not there. */
export type Resource = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
};

/** Resources that stand in one file. */
export type Manifest = {
  /** Without its ending. */
  readonly file: string;
  /** Whose operator they need; undefined if Kubernetes itself knows them. */
  readonly component?: ComponentName;
  readonly resources: readonly Resource[];
};

/** Of all that is EventFlow's. */
export const PART_OF = "eventflow";

/** Name, namespace and labels of what belongs to a part, or to the whole. */
export function metadataOf(
  { namespace }: Pick<Values, "namespace">,
  name: string,
  { part }: { part?: string | undefined } = {},
): Resource["metadata"] {
  return { name, namespace, labels: selectorOf(part) };
}

/** Labels by which pods of a part are found; without a part, all that are EventFlow's. */
export function selectorOf(part?: string): Readonly<Record<string, string>> {
  return {
    "app.kubernetes.io/part-of": PART_OF,
    ...part !== undefined && { "app.kubernetes.io/component": part },
  };
}

/** What names in Kubernetes are made of. */
export function kubernetesName(name: string): string {
  return name.replaceAll("_", "-");
}
