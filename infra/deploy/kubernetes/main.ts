/**
 * `deno task kubernetes`: writes Kustomize's files and Helm's chart from the code. With `--check` it writes nothing and names those
 * that differ from the code, or that nothing generates. With `--validate` it has the programs that a cluster's users have look at them.
 *
 * @module
 */
import { Command } from "commander";
import { runCommand } from "#runtime/command_line.ts";
import { bringUpToDate } from "../../checks/generated/bring_up_to_date.ts";
import { chartFiles } from "./generate/chart.ts";
import { kustomizeFiles } from "./generate/kustomize.ts";
import { validateManifests } from "./validate/validate.ts";

const { check, validate } = new Command("deno task kubernetes")
  .description("Write the manifests for Kubernetes from the code.")
  .option("--check", "write nothing; fail if a manifest is not up to date")
  .option(
    "--validate",
    "write nothing; build all by Kustomize and by Helm, compare both, and check each resource by its schema",
  )
  .parse()
  .opts<{ check?: boolean; validate?: boolean }>();

await runCommand(async () => {
  if (validate) return await validateManifests();
  const task = "deno task kubernetes";
  const folder = "infra/deploy/kubernetes";
  let exitCode = 0;
  for (
    const [name, pages] of [
      ["kustomize", kustomizeFiles()],
      ["chart", chartFiles()],
    ] as const
  ) {
    const code = await bringUpToDate({
      folder: `${folder}/${name}`,
      pages,
      task,
      check,
    });
    exitCode = Math.max(exitCode, code);
  }
  return exitCode;
});
