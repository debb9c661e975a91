import type { Series } from "../prometheus/prometheus_job.ts";
import type { PanelQuery } from "./queries.ts";

export type Answered = PanelQuery & {
  /** What Prometheus found, or why it did not look. */
  readonly found: readonly Series[] | Error;
};

/** What a reader of the dashboards would miss: a line for each query that has no data, or no number. */
export function faultsOf(answers: readonly Answered[]): string[] {
  return answers.flatMap((answer) => {
    const what = faultOf(answer.found);
    return what === undefined ? [] : [`${nameOf(answer)} ${what}`];
  });
}

function faultOf(found: Answered["found"]): string | undefined {
  if (found instanceof Error) return `is not a query: ${found.message}`;
  if (!found.some(({ values }) => values.length > 0)) return "has no data";
  const odd = found.find(({ values }) =>
    values.some((value) => !Number.isFinite(value))
  );
  return odd && `is no number at ${JSON.stringify(odd.labels)}`;
}

/** The queries that found nothing but 0. */
export function stillAtZero(answers: readonly Answered[]): Answered[] {
  return answers.filter(({ found }) =>
    !(found instanceof Error) &&
    found.every(({ values }) => values.every((value) => value === 0))
  );
}

/** A query as a person finds it. */
export function nameOf(
  { dashboard, panel, legend, expr }: PanelQuery,
): string {
  return `${dashboard} / ${panel} / ${legend} (${expr})`;
}
