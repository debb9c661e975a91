/**
 * Programs and files out of Go's modules, each of an exact version: Go compares what it fetches with the public log of checksums.
 *
 * @module
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { z } from "zod";
import { stackHome } from "#local/home.ts";
import { describeError } from "#runtime/errors.ts";

/** A module, or a command in it, and its version. */
export type GoModule = { readonly path: string; readonly version: string };

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

/**
 * The path of a program, which is built if it is not there yet.
 *
 * @param say is told in a line what is being built
 * @throws {Error} saying why it cannot be had, and what to do
 */
export async function program(
  name: ProgramName,
  say: (line: string) => void,
): Promise<string> {
  const { path, version } = programs[name];
  const folder = join(validationFolder(), `${name}-${version}`);
  const file = join(folder, name);
  if (existsSync(file)) return file;
  say(`Building ${name} ${version} with Go …`);
  await mkdir(folder, { recursive: true });
  // The module's last part is its version, from v2 on: Go names the program by the part before.
  await go(["install", `${path}@${version}`], { GOBIN: folder });
  return file;
}

const Downloaded = z.object({ Dir: z.string() });

/** The folder of a module's files. */
export async function moduleFolder(
  { path, version }: GoModule,
): Promise<string> {
  const output = await go(["mod", "download", "-json", `${path}@${version}`]);
  return Downloaded.parse(JSON.parse(output)).Dir;
}

const BUILD_DEADLINE_MS = 20 * 60_000;

async function go(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const home = validationFolder();
  await mkdir(home, { recursive: true });
  try {
    const { stdout } = await promisify(execFile)("go", [...args], {
      // Outside of any module of Go's.
      cwd: home,
      timeout: BUILD_DEADLINE_MS,
      maxBuffer: 16 * 1024 * 1024,
      env: { ...process.env, ...env },
    });
    return stdout;
  } catch (cause) {
    const isMissing = cause instanceof Error && "code" in cause &&
      cause.code === "ENOENT";
    const why = isMissing ? "this machine has no Go" : lastLineOf(cause);
    throw new Error(
      `"go ${
        args.join(" ")
      }" cannot be run (${why}): install Go 1.26 or newer.`,
      { cause },
    );
  }
}

function lastLineOf(error: unknown): string {
  const stderr = error instanceof Error && "stderr" in error
    ? String(error.stderr)
    : "";
  return stderr.trim().split("\n").at(-1) || describeError(error);
}
