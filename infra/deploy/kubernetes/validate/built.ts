import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { parseAllDocuments } from "yaml";
import { repositoryRoot } from "#local/home.ts";
import type { Resource } from "../generate/resource.ts";

const folder = join(repositoryRoot, "infra/deploy/kubernetes");

/** What an overlay comes to, as whoever applies it gets it. */
export async function kustomized(
  kustomize: string,
  overlay: string,
): Promise<readonly Resource[]> {
  return resourcesIn(
    await run(kustomize, [
      "build",
      join(folder, "kustomize/overlays", overlay),
    ]),
  );
}

/** The same by the chart, with the values of that overlay. */
export async function templated(
  helm: string,
  overlay: string,
): Promise<readonly Resource[]> {
  const chart = join(folder, "chart");
  return resourcesIn(
    await run(helm, [
      "template",
      "eventflow",
      chart,
      "--namespace=eventflow",
      // Built by Go, and not by its makers, Helm believes in an old one.
      "--kube-version=1.30.0",
      `--values=${join(chart, `values-${overlay}.yaml`)}`,
    ]),
  );
}

/** What tells a resource from all others of a namespace. */
export function identityOf({ apiVersion, kind, metadata }: Resource): string {
  return `${apiVersion} ${kind} ${metadata.name}`;
}

/** @throws {Error} if it is no YAML */
function resourcesIn(text: string): readonly Resource[] {
  return parseAllDocuments(text).flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw error;
    const resource: Resource | null = document.toJS();
    return resource ?? [];
  });
}

async function run(program: string, args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(program, [...args], {
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}
