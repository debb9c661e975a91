/**
 * What queries have in common. A panel of a healthy system is never empty and never shows NaN, also while
 * nothing happens: what would be a division by nothing is 0.
 *
 * @module
 */
import { services as names } from "#contracts/services.ts";
import { services } from "../../stack/services.ts";

/** Every service, as a matcher of the label `job`. */
export const everyService = `job=~"${
  services.map(({ name }) => name).join("|")
}"`;

/** Whatever the intake answers with 503, so that the provider has to send it again. */
export const refusedForUs = `result=~"overloaded|queue_full|unavailable"`;

/** What passed persistence: payments that are rows, or were already. */
export const stored = `service="${names.persistence}",outcome="passed"`;

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

/** Share of `part` in `whole`, 0 to 1; 0 where there is no whole. Both are sums with the same labels. */
export function share(part: string, whole: string): string {
  return `${part} / (${whole} > 0) or 0 * ${whole}`;
}

/**
 * A quantile of what a histogram observed, over all instances; 0 where it observed nothing.
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

/** A gauge that every instance of a service tells alike. */
export function max(metric: string, by?: string): string {
  return `${by === undefined ? "max" : `max by (${by})`} (${metric})`;
}

/** Series that come with the first of their kind: until then one series of 0, with `label` "none". */
export function orNone(series: string, label: string): string {
  return `${series} or on () label_replace(vector(0), "${label}", "none", "", "")`;
}

/**
 * What the observer may find none of: 0 then, in a series whose `label` is "none". Nothing at all while Kafka
 * does not answer it, as nobody knows.
 */
export function orNoneFound(found: string, label?: string): string {
  const none = "0 * max (eventflow_kafka_reachable == 1)";
  return label === undefined
    ? `${found} or ${none}`
    : `${found} or on () label_replace(${none}, "${label}", "none", "", "")`;
}

/**
 * How many times as fast as it may a promise is being broken: 1 uses its budget up just in time.
 *
 * @param budget share that may be bad, 0 to 1
 */
export function burnRate(
  { bad, all, budget }: { bad: string; all: string; budget: number },
): string {
  return `(${share(bad, all)}) / ${budget}`;
}

function sumBy(by: string | undefined): string {
  return by === undefined ? "sum" : `sum by (${by})`;
}
