/**
 * Each resource by the schema of its kind, strictly: a field that Kubernetes or an operator does not know is an error, as it is a slip.
 *
 * @module
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { tmpdir } from "node:os";
import process from "node:process";
import { z } from "zod";
import { type GoModule, moduleFolder } from "../../../checks/programs/go.ts";
import type { Resource } from "../generate/resource.ts";
import { yaml } from "../generate/yaml.ts";
import { identityOf } from "./built.ts";
import { definitions, validationFolder } from "./go.ts";
import { strimziDefinitions } from "./strimzi_definitions.ts";

/** A field that no kind has. */
const PLANTED = "fieldThatNoKindHas";

const Statuses = z.record(
  z.string(),
  z.array(z.object({
    status: z.string(),
    message: z.string().optional(),
    details: z.object({
      causes: z.array(z.object({ message: z.string() })).optional(),
    }).optional(),
  })),
);

/** Folders of the definitions of custom resources. */
export async function definitionFolders(
  say: (line: string) => void,
): Promise<readonly string[]> {
  const home = validationFolder();
  await mkdir(home, { recursive: true });
  const folders: string[] = [];
  for (const module of definitions) {
    const to = join(home, `definitions-${nameOf(module)}`);
    folders.push(to);
    // One that exists is whole.
    if (existsSync(to)) continue;
    say(`Fetching the definitions of ${module.path} ${module.version} …`);
    const from = await moduleFolder(module, home);
    const work = `${to}.${process.pid}.part`;
    await mkdir(work);
    for (const file of module.files) {
      await cp(join(from, file), join(work, basename(file)));
    }
    await rename(work, to);
  }
  return [...folders, await strimziDefinitions(home, say)];
}

function nameOf({ path, version }: GoModule): string {
  return `${path.split("/").slice(1).join("-")}-${version}`;
}

/**
 * A sentence for each resource that its schema refuses; and for each kind of which a resource with a field that there is not is taken,
 * for then nothing is said by taking the others.
 *
 * @param kubectlValidate the program
 * @param folders as `definitionFolders` has them
 */
export async function faultsBySchema(
  resources: readonly Resource[],
  kubectlValidate: string,
  folders: readonly string[],
): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), "eventflow-manifests-"));
  try {
    const files = new Map<string, { identity: string; isPlanted: boolean }>();
    const write = async (resource: Resource, isPlanted: boolean) => {
      const file = join(folder, `${files.size}.yaml`);
      await writeFile(file, yaml(resource));
      files.set(file, { identity: identityOf(resource), isPlanted });
    };
    const kinds = new Set<string>();
    for (const resource of resources) {
      await write(resource, false);
      const kind = `${resource.apiVersion} ${resource.kind}`;
      if (kinds.has(kind)) continue;
      kinds.add(kind);
      await write(planted(resource), true);
    }
    const statuses = await validate(kubectlValidate, folders, folder);
    return [...files].flatMap(([file, { identity, isPlanted }]) => {
      const [status] = statuses[file] ?? [];
      const isRefused = status?.status !== "Success";
      const causes = (status?.details?.causes ?? []).map(({ message }) =>
        message
      );
      const why = [status?.message ?? "nothing was said", ...causes].join(": ");
      if (isPlanted) {
        return isRefused && why.includes(PLANTED)
          ? []
          : `${identity} is taken with a field that there is not: its kind is not checked strictly`;
      }
      return isRefused ? `${identity} is refused: ${why}` : [];
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** In `spec`, if it has one: there a slip would be. */
function planted(resource: Resource): Resource {
  const { spec } = resource;
  return typeof spec === "object" && spec !== null
    ? { ...resource, spec: { ...spec, [PLANTED]: true } }
    : { ...resource, [PLANTED]: true };
}

async function validate(
  program: string,
  folders: readonly string[],
  folder: string,
): Promise<z.infer<typeof Statuses>> {
  const output = await new Promise<string>((resolve) =>
    execFile(
      program,
      [
        folder,
        "--output=json",
        "--version=1.30",
        ...folders.map((one) => `--local-crds=${one}`),
      ],
      {
        maxBuffer: 64 * 1024 * 1024,
        // Nobody's cluster is asked.
        env: { ...process.env, KUBECONFIG: join(folder, "none") },
      },
      // That something is refused, its exit code says as well.
      (_, stdout, stderr) => resolve(stdout || stderr),
    )
  );
  return Statuses.parse(
    JSON.parse(output.slice(0, output.lastIndexOf("}") + 1)),
  );
}
