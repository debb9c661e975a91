/**
 * `deno task dashboards`: writes the dashboards that Grafana reads from the code. With `--check` it writes
 * nothing and names those that differ from the code, or that nothing generates.
 *
 * @module
 */
import { Command } from "commander";
import { bringUpToDate } from "../../checks/generated/bring_up_to_date.ts";
import { format } from "../../checks/generated/format.ts";
import { runCommand } from "#runtime/command_line.ts";
import { buildDashboards } from "./boards.ts";

const { check } = new Command("deno task dashboards")
  .description("Write Grafana's dashboards from the code.")
  .option("--check", "write nothing; fail if a dashboard is not up to date")
  .parse()
  .opts<{ check?: boolean }>();

await runCommand(async () => {
  const pages = new Map<string, string>();
  for (const dashboard of buildDashboards()) {
    const name = `${dashboard.uid}.json`;
    pages.set(name, await format(name, JSON.stringify(dashboard, null, 2)));
  }
  return await bringUpToDate({
    folder: "infra/monitoring/grafana/generated",
    pages,
    task: "deno task dashboards",
    check,
  });
});
