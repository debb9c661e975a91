/**
 * `deno task reference`: writes `docs/reference/` from the code, and what the runtime knows
 * of all settings. With `--check` it writes nothing and
 * names the pages that differ from the code, or that nothing generates.
 *
 * @module
 */
import { Command } from "commander";
import { runCommand } from "#runtime/command_line.ts";
import { bringUpToDate } from "../generated/bring_up_to_date.ts";
import { buildModules, buildPages, referenceFolder } from "./pages.ts";
import { generatedFolder } from "./variables.ts";

const { check } = new Command("deno task reference")
  .description("Write docs/reference/ from the code.")
  .option("--check", "write nothing; fail if a page is not up to date")
  .parse()
  .opts<{ check?: boolean }>();

await runCommand(async () => {
  const task = "deno task reference";
  const folders = [
    [generatedFolder, await buildModules()],
    [referenceFolder, await buildPages()],
  ] as const;
  let exitCode = 0;
  for (const [folder, pages] of folders) {
    const code = await bringUpToDate({ folder, pages, task, check });
    exitCode = Math.max(exitCode, code);
  }
  return exitCode;
});
