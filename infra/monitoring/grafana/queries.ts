import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { repositoryRoot } from "../../stack/home.ts";

const Target = z.object({
  refId: z.string(),
  expr: z.string().min(1),
  legendFormat: z.string(),
  instant: z.boolean().optional(),
  range: z.boolean().optional(),
});

const GeneratedDashboard = z.object({
  title: z.string(),
  panels: z.array(z.object({
    title: z.string(),
    targets: z.array(Target).default([]),
  })),
});

/** A query of a panel, as Grafana reads it. */
export type PanelQuery = {
  readonly dashboard: string;
  readonly panel: string;
  readonly legend: string;
  readonly expr: string;
  /** Asked for one moment only, and not over the time that is shown. */
  readonly isInstant: boolean;
};

/** The queries of all panels of all dashboards that were generated. */
export async function readQueries(): Promise<PanelQuery[]> {
  const folder = join(repositoryRoot, "infra/monitoring/grafana/generated");
  const queries: PanelQuery[] = [];
  for (const name of (await readdir(folder)).sort()) {
    const json: unknown = JSON.parse(
      await readFile(join(folder, name), "utf8"),
    );
    const { title, panels } = GeneratedDashboard.parse(json);
    for (const panel of panels) {
      for (const { expr, legendFormat, instant = false } of panel.targets) {
        queries.push({
          dashboard: title,
          panel: panel.title,
          legend: legendFormat,
          expr,
          isInstant: instant,
        });
      }
    }
  }
  return queries;
}

/**
 * Puts in what Grafana would for its variables.
 *
 * @throws {Error} where one is left over
 */
export function filledIn(
  expr: string,
  variables: Readonly<Record<string, string>>,
): string {
  return expr.replaceAll(/\$\{?(\w+)\}?/g, (written, name) => {
    const value = variables[name];
    if (value === undefined) {
      throw new Error(`${written} is not known, in: ${expr}`);
    }
    return value;
  });
}

/** The selectors of a query: each metric it names, with its matchers. */
export function selectorsOf(expr: string): string[] {
  const found = expr.matchAll(
    /\b(?:(?:eventflow|process)_\w+|up|ALERTS)\b(?:\{[^}]*\})?/g,
  );
  return [...new Set([...found].map(([selector]) => selector))];
}
