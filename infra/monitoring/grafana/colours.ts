import type { Series } from "../prometheus/prometheus_job.ts";
import { type PanelOfBoard, readMappings } from "./queries.ts";

/**
 * The colours that Grafana draws what a panel found at this moment in: by the words for its value, else by the
 * panel's thresholds. None of a panel that tells nothing by colour.
 *
 * @param found by all of its queries
 */
export function coloursOf(
  panel: PanelOfBoard,
  found: readonly Series[],
): string[] {
  if (panel.type === "table") return coloursOfCells(panel, found);
  const byColour = panel.type === "state-timeline" ||
    panel.options.colorMode === "background";
  if (!byColour) return [];
  const { mappings = [], thresholds } = panel.fieldConfig?.defaults ?? {};
  const words = Object.assign({}, ...mappings.map(({ options }) => options));
  return found.flatMap(({ values }) => {
    const value = values.at(-1);
    if (value === undefined) return [];
    const step = thresholds?.steps.findLast((one) =>
      one.value === null || value >= one.value
    );
    return [words[String(value)]?.color ?? step?.color ?? "none"];
  });
}

/** Cells of a table are labels, coloured by the words of their column. */
function coloursOfCells(
  { fieldConfig, transformations }: PanelOfBoard,
  found: readonly Series[],
): string[] {
  const titles = new Map(
    transformations.flatMap(({ options }) =>
      Object.entries(options.renameByName ?? {}).map(([name, title]) =>
        [title, name] as const
      )
    ),
  );
  return (fieldConfig?.overrides ?? []).flatMap(({ matcher, properties }) => {
    const label = titles.get(matcher.options) ?? "";
    const mappings = properties.find(({ id }) => id === "mappings")?.value;
    const words = Object.assign(
      {},
      ...readMappings(mappings ?? []).map(({ options }) => options),
    );
    return found.flatMap(({ labels }) =>
      words[labels[label] ?? ""]?.color ?? []
    );
  });
}
