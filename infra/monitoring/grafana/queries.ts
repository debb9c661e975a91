import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { repositoryRoot } from "#local/home.ts";

const Target = z.object({
  refId: z.string(),
  expr: z.string().min(1),
  legendFormat: z.string(),
  instant: z.boolean().optional(),
});

const Mapping = z.object({
  type: z.string(),
  options: z.record(
    z.string(),
    z.object({ text: z.string(), color: z.string().optional() }),
  ),
});

const GeneratedPanel = z.object({
  type: z.string(),
  title: z.string(),
  repeat: z.string().optional(),
  targets: z.array(Target).default([]),
  options: z.object({ colorMode: z.string().optional() }).default({}),
  transformations: z.array(z.object({
    options: z.object({
      renameByName: z.record(z.string(), z.string()).optional(),
    }),
  })).default([]),
  fieldConfig: z.object({
    defaults: z.object({
      mappings: z.array(Mapping).default([]),
      thresholds: z.object({
        steps: z.array(
          z.object({ value: z.number().nullable(), color: z.string() }),
        ),
      }).optional(),
    }),
    overrides: z.array(z.object({
      matcher: z.object({ options: z.string() }),
      properties: z.array(z.object({ id: z.string(), value: z.unknown() })),
    })),
  }).optional(),
});

const GeneratedDashboard = z.object({
  title: z.string(),
  panels: z.array(
    GeneratedPanel.extend({ panels: z.array(GeneratedPanel).default([]) }),
  ),
});

/** A panel as Grafana reads it. */
export type PanelOfBoard = z.infer<typeof GeneratedPanel> & {
  readonly dashboard: string;
};

/** A query of a panel. */
export type PanelQuery = {
  readonly dashboard: string;
  readonly panel: string;
  readonly legend: string;
  readonly expr: string;
  /** Asked for one moment only, and not over the time that is shown. */
  readonly isInstant: boolean;
};

/** The panels of all dashboards that were generated, those of collapsed rows among them. */
export async function readPanels(): Promise<PanelOfBoard[]> {
  const folder = join(repositoryRoot, "infra/monitoring/grafana/generated");
  const found: PanelOfBoard[] = [];
  for (const name of (await readdir(folder)).sort()) {
    const json: unknown = JSON.parse(
      await readFile(join(folder, name), "utf8"),
    );
    const { title, panels } = GeneratedDashboard.parse(json);
    const all = panels.flatMap((panel) => [panel, ...panel.panels])
      .filter(({ type }) => type !== "row");
    found.push(...all.map((panel) => ({ ...panel, dashboard: title })));
  }
  return found;
}

export function queriesOf(
  { dashboard, title, targets }: PanelOfBoard,
): PanelQuery[] {
  return targets.map(({ expr, legendFormat, instant = false }) => ({
    dashboard,
    panel: title,
    legend: legendFormat,
    expr,
    isInstant: instant,
  }));
}

/** The queries of all panels of all dashboards that were generated. */
export async function readQueries(): Promise<PanelQuery[]> {
  return (await readPanels()).flatMap(queriesOf);
}

/** The texts of a column's or a panel's mapping, and their colours. */
export function readMappings(value: unknown): z.infer<typeof Mapping>[] {
  return z.array(Mapping).parse(value);
}

/**
 * Puts in what Grafana would for its variables.
 *
 * @throws {Error} if one is left over
 */
export function filledIn(
  expr: string,
  variables: Readonly<Record<string, string>>,
): string {
  return expr.replaceAll(/\$\{?([A-Za-z_]\w*)\}?/g, (written, name) => {
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
    /\b(?:eventflow[:_][\w:]+|process_\w+|up|ALERTS)\b(?:\{[^}]*\})?/g,
  );
  return [...new Set([...found].map(([selector]) => selector))];
}
