/**
 * `deno task readme`: runs the README's commands as written, as a newcomer would, in a copy of the
 * working tree. Which are run, and how:
 *
 * - the blocks fenced as ```sh, in order, each as one script that ends at its first error; no others;
 * - `… task up` is started, and once its table is there, what follows runs beside it. At the end, or
 *   before another `up`, it is stopped as Ctrl-C does, and must end in order with exit code 0 and leave
 *   no process and no listening port;
 * - `… task test` and `… task ok` are passed over: `deno task ok` itself runs the tests.
 *
 * Ports are the one thing that differs from what a newcomer has: free ones, set through the variables
 * the settings name, so that nothing that runs on this machine is met; addresses of default ports in
 * the scripts are moved to them.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { runCommand } from "#runtime/command_line.ts";
import { repositoryRoot } from "#local/home.ts";
import { interruption } from "#processes/interruption.ts";
import { runScripts } from "./run_scripts.ts";
import { scriptsOf } from "./scripts.ts";
import { environment } from "../scripts/environment.ts";
import { copyWorkingTree } from "../working_copy.ts";

const stopping = interruption();

await runCommand(async () => {
  const path = process.argv[2] ?? join(repositoryRoot, "README.md");
  const scripts = scriptsOf(await readFile(path, "utf8"));
  if (scripts.length === 0) {
    console.log(
      `${path} has no block fenced as sh, so there is nothing to run.`,
    );
    return 1;
  }
  const copy = await copyWorkingTree();
  try {
    const problem = await runScripts(scripts, {
      folder: copy.folder,
      environment: await environment(),
      say: (line) => console.log(line),
      stopping,
    });
    console.log(problem ?? "Everything ran as the README has it.");
    return problem === undefined ? 0 : 1;
  } finally {
    await copy.remove();
  }
});
