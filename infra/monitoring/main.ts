/**
 * `deno task monitoring`: checks the configurations of Prometheus and Alertmanager, and runs the tests of
 * the rules. If the programs for it cannot be had, it says so; only in CI that is a failure.
 *
 * @module
 */
import { Command } from "commander";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { runCommand, say } from "#runtime/command_line.ts";
import { alertmanagerPrograms } from "./alertmanager/install.ts";
import {
  alertmanagerChecks,
  type Check,
  prometheusChecks,
  runCheck,
} from "./checks.ts";
import { configFiles, prometheusFolder } from "./prometheus/config.ts";
import { prometheusPrograms } from "./prometheus/install.ts";

const { write, writeOnly } = new Command("deno task monitoring")
  .description("Check the rules of Prometheus and the routes of Alertmanager.")
  .option("--write", "write the configurations for the containers anew, first")
  .option("--write-only", "write them, and check nothing")
  .parse()
  .opts<{ write?: boolean; writeOnly?: boolean }>();

await runCommand(async () => {
  if (write || writeOnly) {
    for (const [name, text] of Object.entries(configFiles)) {
      const path = join(prometheusFolder, name);
      if (await readFile(path, "utf8") === text()) continue;
      await writeFile(path, text());
      say(`infra/monitoring/prometheus/${name} is brought up to date`);
    }
  }
  if (writeOnly) return 0;
  const prometheus = await prometheusPrograms(say);
  const alertmanager = await alertmanagerPrograms(say);
  const outcomes = [
    "missing" in prometheus
      ? lack(prometheus.missing)
      : await runAll(await prometheusChecks(prometheus.promtool)),
    "missing" in alertmanager
      ? lack(alertmanager.missing)
      : await runAll(alertmanagerChecks(alertmanager.amtool)),
  ];
  return outcomes.every(Boolean) ? 0 : 1;
});

/** A machine of one's own may lack the programs; whoever merges may not. */
function lack(missing: string): boolean {
  say(`Not checked: ${missing}`);
  return process.env.CI !== "true";
}

async function runAll(checks: readonly Check[]): Promise<boolean> {
  let allOk = true;
  for (const check of checks) {
    const { ok, output } = await runCheck(check);
    say(`${ok ? "ok    " : "FAILED"}  ${check.name}`);
    if (!ok) say(output.replaceAll(/^/gm, "  "));
    allOk &&= ok;
  }
  return allOk;
}
