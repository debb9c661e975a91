import { say } from "#runtime/command_line.ts";
import { had, lack } from "../../../checks/programs/not_checked.ts";
import type { Resource } from "../generate/resource.ts";
import { overlays } from "../generate/values.ts";
import { identityOf, kustomized, templated } from "./built.ts";
import { differencesOf } from "./compare.ts";
import { program } from "./go.ts";
import { definitionFolders, faultsBySchema } from "./schemas.ts";

/**
 * Builds every overlay by Kustomize and by Helm, compares both, and checks each resource by its schema. What cannot be had for it is said;
 * only in CI that is a failure.
 *
 * @returns an exit code
 */
export async function validateManifests(): Promise<number> {
  const kustomize = await had(() => program("kustomize", say));
  if (kustomize === undefined) return lack();
  const built = new Map<string, readonly Resource[]>();
  for (const overlay of Object.keys(overlays)) {
    built.set(overlay, await kustomized(kustomize, overlay));
  }
  const outcomes: boolean[] = [];

  const helm = await had(() => program("helm", say));
  for (const [overlay, resources] of built) {
    if (helm === undefined) continue;
    const differences = differencesOf(
      resources,
      await templated(helm, overlay),
    );
    outcomes.push(
      tell(`chart is as Kustomize has it: ${overlay}`, resources, differences),
    );
  }

  const schemas = await had(async () => ({
    program: await program("kubectl-validate", say),
    folders: await definitionFolders(say),
  }));
  if (schemas !== undefined) {
    // What overlays have alike is checked once.
    const all = new Map(
      [...built.values()].flat().map((resource) => [
        JSON.stringify([identityOf(resource), resource]),
        resource,
      ]),
    );
    const resources = [...all.values()];
    const { program, folders } = schemas;
    outcomes.push(
      tell(
        "each resource is what its schema knows",
        resources,
        await faultsBySchema(resources, program, folders),
      ),
    );
  }
  if (!outcomes.every(Boolean)) return 1;
  return helm === undefined || schemas === undefined ? lack() : 0;
}

function tell(
  name: string,
  resources: readonly Resource[],
  faults: readonly string[],
): boolean {
  say(
    `${
      faults.length === 0 ? "ok    " : "FAILED"
    }  ${name} (${resources.length} resources)`,
  );
  for (const fault of faults) say(`  ${fault}`);
  return faults.length === 0;
}
