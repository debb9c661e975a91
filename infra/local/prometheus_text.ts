/**
 * Sums the series of a metric in the Prometheus text format (version 0.0.4).
 *
 * @param labels only series that carry all of these
 * @returns undefined if there is no such series
 */
export function sumOf(
  text: string,
  metric: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  let sum: number | undefined;
  for (const line of text.split("\n")) {
    const found = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/.exec(line);
    if (found === null || found[1] !== metric) continue;
    const series = `,${found[2] ?? ""},`;
    const matches = Object.entries(labels)
      .every(([name, value]) => series.includes(`,${name}="${value}",`));
    if (matches) sum = (sum ?? 0) + Number(found[3]);
  }
  return sum;
}
