/**
 * A chart for Helm out of the same code: it is run on places instead of values, and what it makes of them is a template.
 *
 * @module
 */
import { isJsonObject } from "#contracts/json_object.ts";
import { manifests, NAMESPACE } from "./manifests.ts";
import { base, components, overlays, type Values } from "./values.ts";
import { yaml, yamlFile } from "./yaml.ts";

/** Of the chart itself, not of EventFlow. */
const CHART_VERSION = "0.1.0";

/** The chart's files, by their paths. */
export function chartFiles(): Map<string, string> {
  const { namespace: _, ...values } = base;
  const files = new Map([
    [
      "Chart.yaml",
      yamlFile({
        apiVersion: "v2",
        name: "eventflow",
        description: "Payment webhooks, kept as facts in Kafka.",
        type: "application",
        version: CHART_VERSION,
        kubeVersion: ">=1.30.0-0",
      }),
    ],
    ["values.yaml", yamlFile(values)],
  ]);
  for (const [name, overlay] of Object.entries(overlays)) {
    files.set(`values-${name}.yaml`, yamlFile(differing(values, overlay)));
  }
  for (const { file, component, resources } of manifests(places(base))) {
    if (file === NAMESPACE) continue;
    const text = template(yaml(...resources));
    if (component === undefined) files.set(`templates/${file}.yaml`, text);
    else {
      files.set(
        `templates/${components[component]}/${file}.yaml`,
        `{{- if .Values.components.${component} }}
${text}{{- end }}
`,
      );
    }
  }
  return files;
}

/** What of `to` is other than in `from`. */
function differing(
  from: Readonly<Record<string, unknown>>,
  to: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.keys(from).flatMap((key) => {
      const [one, other] = [from[key], to[key]];
      if (JSON.stringify(one) === JSON.stringify(other)) return [];
      return isJsonObject(one) && isJsonObject(other)
        ? [[key, differing(one, other)]]
        : [[key, other]];
    }),
  );
}

/** No text of ours has these characters, and YAML takes them for letters. */
const place = (path: string) => `⟦${path}⟧`;
const PLACE = /⟦([\w.]+)⟧/g;

/** The same tree, with the path of each value in its place: lists count as one value. */
function places(values: Values): Values {
  const walk = (value: unknown, path: string): unknown =>
    isJsonObject(value)
      ? Object.fromEntries(
        Object.entries(value).map(([key, inner]) => [
          key,
          walk(inner, path === "" ? key : `${path}.${key}`),
        ]),
      )
      : place(path);
  // Numbers and lists are text here: whoever makes resources passes them on and computes with none.
  return walk(values, "") as Values;
}

/** As Helm reads it. JSON is YAML, so that numbers, words and lists alike can stand where a whole value is. */
function template(text: string): string {
  return text
    // What is a template of somebody else's, as in the rules of alerts.
    .replaceAll("{{", '{{ "{{" }}')
    .replaceAll(
      /^(\s*(?:- )*(?:[^\s:]+: |- ))⟦([\w.]+)⟧$/gm,
      (_, before: string, path: string) =>
        `${before}{{ ${named(path)} | toJson }}`,
    )
    .replaceAll(PLACE, (_, path: string) => `{{ ${named(path)} }}`);
}

function named(path: string): string {
  return path === "namespace" ? ".Release.Namespace" : `.Values.${path}`;
}
