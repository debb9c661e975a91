/**
 * `deno task reference`: writes `docs/reference/` from the code. With `--check` it writes nothing and
 * names the pages that differ from the code, or that nothing generates.
 *
 * @module
 */
import { Command } from "commander";
import { runCommand } from "../../stack/command_line.ts";
import { bringUpToDate } from "../generated/bring_up_to_date.ts";
import { buildPages, referenceFolder } from "./pages.ts";

const { check } = new Command("deno task reference")
  .description("Write docs/reference/ from the code.")
  .option("--check", "write nothing; fail where a page is not up to date")
  .parse()
  .opts<{ check?: boolean }>();

await runCommand(async () =>
  await bringUpToDate({
    folder: referenceFolder,
    pages: await buildPages(),
    task: "deno task reference",
    check,
  })
);
