/**
 * What manifests are checked by out of Go's modules.
 *
 * @module
 */
import { join } from "node:path";
import { stackHome } from "#local/home.ts";
import { type GoModule, goProgram } from "../../../checks/programs/go.ts";

export const programs = {
  kustomize: {
    path: "sigs.k8s.io/kustomize/kustomize/v5",
    version: "v5.8.2",
  },
  helm: { path: "helm.sh/helm/v3/cmd/helm", version: "v3.22.0" },
  "kubectl-validate": {
    path: "sigs.k8s.io/kubectl-validate",
    version: "v0.0.4",
  },
} as const satisfies Readonly<Record<string, GoModule>>;

export type ProgramName = keyof typeof programs;

/** Modules that have their custom resources' definitions in them, and where. */
export const definitions = [
  {
    path: "github.com/kedacore/keda/v2",
    version: "v2.21.0",
    files: ["config/crd/bases/keda.sh_scaledobjects.yaml"],
  },
  {
    path: "github.com/prometheus-operator/prometheus-operator",
    version: "v0.85.0",
    files: [
      "example/prometheus-operator-crd/monitoring.coreos.com_podmonitors.yaml",
      "example/prometheus-operator-crd/monitoring.coreos.com_prometheusrules.yaml",
    ],
  },
  {
    path: "github.com/cloudnative-pg/cloudnative-pg",
    version: "v1.29.0",
    files: ["config/crd/bases/postgresql.cnpg.io_clusters.yaml"],
  },
] as const satisfies readonly (GoModule & { files: readonly string[] })[];

/** Where everything is kept that validation needs. */
export function validationFolder(): string {
  return join(stackHome().root, "kubernetes");
}

/** The path of one of them, as {@link goProgram} has it. */
export function program(
  name: ProgramName,
  say: (line: string) => void,
): Promise<string> {
  return goProgram(name, programs[name], validationFolder(), say);
}
