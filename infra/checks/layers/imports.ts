import { cruise } from "dependency-cruiser";
import { forbidden } from "./rules.ts";
import type { Violation } from "./violation.ts";

/** The folders that hold code. */
export const codeFolders = ["contracts", "infra", "ingest", "workers"];

/**
 * Imports that break the rules of `rules.ts`.
 *
 * @param root of the repository
 */
export async function importViolations(root: string): Promise<Violation[]> {
  const { output } = await cruise(
    codeFolders,
    {
      baseDir: root,
      validate: true,
      ruleSet: { forbidden: [...forbidden] },
      // Imports of types count too.
      tsPreCompilationDeps: true,
      doNotFollow: { path: "node_modules" },
    },
    {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default"],
    },
  );
  if (typeof output === "string") throw new Error(output);
  return output.summary.violations.map(({ from, to, rule }) => ({
    path: from,
    what: `imports ${to}`,
    rule: rule.name,
  }));
}
