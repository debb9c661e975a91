import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { configFiles, prometheusFolder } from "./prometheus/config.ts";
import { alertmanagerFile } from "./alertmanager/config.ts";

/** Something that is checked by running a program. */
export type Check = {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
};

export type Checked = {
  readonly ok: boolean;
  /** What it printed, without what it found well. */
  readonly output: string;
};

/** Whether the rules are rules, the configuration is one, and each rule does what its tests say. */
export async function prometheusChecks(promtool: string): Promise<Check[]> {
  const rules = join(prometheusFolder, "rules");
  return [
    {
      name: "configurations of Prometheus",
      program: promtool,
      args: [
        "check",
        "config",
        ...Object.keys(configFiles).map((name) => join(prometheusFolder, name)),
      ],
    },
    {
      name: "rules",
      program: promtool,
      args: ["check", "rules", ...await yamlFiles(rules)],
    },
    {
      name: "tests of rules",
      program: promtool,
      args: ["test", "rules", ...await yamlFiles(join(rules, "tests"))],
    },
  ];
}

export function alertmanagerChecks(amtool: string): Check[] {
  return [{
    name: "configuration of Alertmanager",
    program: amtool,
    args: ["check-config", alertmanagerFile],
  }];
}

export function runCheck({ program, args }: Check): Promise<Checked> {
  return new Promise((resolve) =>
    execFile(
      program,
      [...args],
      (error, stdout, stderr) =>
        resolve({
          ok: error === null,
          output: complaintsIn(stdout + stderr) || (error?.message ?? ""),
        }),
    )
  );
}

/** promtool names a file, and below it that it is well, or what is wrong. */
function complaintsIn(output: string): string {
  return output.replaceAll(/^\S.*\n +SUCCESS.*\n+/gm, "").trim();
}

/** Paths of the YAML files of a folder, not of those below it. */
export async function yamlFiles(folder: string): Promise<string[]> {
  const files = await readdir(folder);
  return files.filter((file) => file.endsWith(".yaml")).sort()
    .map((file) => join(folder, file));
}
