/**
 * What flows through the running stack, read from its services' metrics.
 *
 * @module
 */
import { sumOf } from "./prometheus_text.ts";
import { allInstances, operationsUrl, workers } from "./service_jobs.ts";
import type { Places } from "./settings.ts";

/** Totals since the services started; undefined if a service does not answer. */
export type Totals = {
  readonly accepted: number | undefined;
  readonly validated: number | undefined;
  readonly stored: number | undefined;
  readonly deadLettered: number | undefined;
  /** Records the workers have not finished yet, at this moment. */
  readonly lag: number | undefined;
};

export async function readTotals(places: Places): Promise<Totals> {
  const scraped = await Promise.all(
    allInstances(places).map(async ({ service, ports }) => ({
      service,
      text: await scrape(operationsUrl(service.name, ports, "/metrics")),
    })),
  );
  const all = scraped.map(({ text }) => text).join("\n");
  const isWhole = scraped.every(({ service, text }) =>
    text !== "" || !workers.some(({ name }) => name === service.name)
  );
  const ofAllWorkers = (metric: string) =>
    isWhole ? sumOf(all, metric) : undefined;
  return {
    accepted: sumOf(all, "eventflow_intake_requests_total", {
      result: "accepted",
    }),
    validated: sumOf(all, "eventflow_validator_events_validated_total"),
    stored: sumOf(all, "eventflow_persistence_stored_total"),
    deadLettered: ofAllWorkers("eventflow_dead_letters_total"),
    lag: ofAllWorkers("eventflow_consumer_lag_records"),
  };
}

/** One line about what flowed between two readings `seconds` apart. */
export function describeFlow(
  before: Totals,
  after: Totals,
  seconds: number,
): string {
  const perSecond = (key: keyof Totals) => {
    const from = before[key];
    const to = after[key];
    if (from === undefined || to === undefined) return "?";
    // A service that was restarted counts from 0 again.
    return `${((to >= from ? to - from : to) / seconds).toFixed(1)}/s`;
  };
  return [
    `accepted ${perSecond("accepted")}`,
    `validated ${perSecond("validated")}`,
    `stored ${perSecond("stored")}`,
    `dead-lettered ${after.deadLettered ?? "?"} (total)`,
    `lag ${after.lag ?? "?"}`,
  ].join(" · ");
}

/** A service's metrics, or nothing if it does not answer. */
async function scrape(url: string): Promise<string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    return await response.text();
  } catch {
    return "";
  }
}
