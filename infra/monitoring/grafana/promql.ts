/**
 * What queries have in common. A panel of a healthy system is never empty and never shows NaN, also while
 * nothing happens: what would be a division by nothing is 0.
 *
 * @module
 */
import { services as names } from "#contracts/services.ts";
import { eventflowServices } from "../expected.ts";

/** Every service of EventFlow, as a matcher of the label `job`. */
export const everyService = job(eventflowServices);

/** The services that a reader chose. */
export const chosenServices = `job=~"$service"`;

/** The groups that a reader chose. */
export const chosenGroups = `group=~"$group"`;

/** Whatever the intake answers with 503, so that the provider has to send it again. */
export const refusedForUs = `result=~"overloaded|queue_full|unavailable"`;

/** What passed persistence: payments that are rows, or were already. */
export const stored = `service="${names.persistence}",outcome="passed"`;

/** A matcher of jobs by their names. */
export function job(names: readonly string[]): string {
  return `job=~"${names.join("|")}"`;
}

/** Per second, over all instances. `by` keeps a label apart. */
export function perSecond(counter: string, by?: string): string {
  return `${sumBy(by)} (rate(${counter}[$__rate_interval]))`;
}

/** How much a counter rose within the time that the dashboard shows. */
export function inShownTime(counter: string, by?: string): string {
  return `${sumBy(by)} (increase(${counter}[$__range]))`;
}

export function sum(metric: string, by?: string): string {
  return `${sumBy(by)} (${metric})`;
}

/** Share of `part` in `whole`, 0 to 1; 0 if there is no whole. Both are sums with the same labels. */
export function share(part: string, whole: string): string {
  return `${part} / (${whole} > 0) or 0 * ${whole}`;
}

/**
 * A quantile of what a histogram observed, over all instances; 0 if it observed nothing.
 *
 * @param histogram name and matchers: `a_seconds`, `{b="c"}`
 */
export function quantile(
  q: number,
  [name, matchers = ""]: readonly [name: string, matchers?: string],
  by?: string,
): string {
  const labels = by === undefined ? "le" : `le, ${by}`;
  const buckets = perSecond(`${name}_bucket${matchers}`, labels);
  const count = perSecond(`${name}_count${matchers}`, by);
  // NaN is neither above nor below 0, so the comparison drops it.
  return `histogram_quantile(${q}, ${buckets}) >= 0 or 0 * ${count}`;
}

/** The most of any instance: of a gauge that every instance tells alike, and of what each has for itself. */
export function max(metric: string, by?: string): string {
  return `${by === undefined ? "max" : `max by (${by})`} (${metric})`;
}

/** A value with a label of its own. */
export function labelled(value: string, label: string, text: string): string {
  return `label_replace(${value}, "${label}", "${text}", "", "")`;
}

function sumBy(by: string | undefined): string {
  return by === undefined ? "sum" : `sum by (${by})`;
}
