/**
 * Payments of the running simulator's own stream as facts, in the order of their times, without sending any: as many, by as many
 * customers and told as soon as `deno task up` has them.
 *
 * @module
 */
import { seededRandom } from "#runtime/seeded_random.ts";
import type { FraudKind } from "../customers/fraud_kinds.ts";
import { seedOf } from "../customers/random.ts";
import { noIncidents } from "../incidents/incidents.ts";
import { liveCustomers } from "../incidents/live_customers.ts";
import { eventsOfCustomers } from "../own_stream.ts";
import type { TrafficSettings } from "../traffic.ts";
import { type FactCounts, noCounts } from "./fact_counts.ts";

const DAY_MS = 86_400_000;

export type LiveWishes = {
  readonly seed: number;
  /** The beginning, in milliseconds since the epoch. */
  readonly sinceMs: number;
  readonly days: number;
  readonly eventsPerSecond: number;
  readonly customers: number;
  /** About this share of payments, 0 to 1. */
  readonly fraudRate: number;
  /** How long after a fraud its dispute comes at the earliest. */
  readonly disputeDelayMs: number;
  readonly traffic: TrafficSettings;
};

/**
 * @param counts are counted up as facts are taken
 * @returns events of our contracts, each as one line of JSON without its end
 * @throws {RangeError} if there are no customers
 */
export function* liveFacts(
  { seed, sinceMs, days, eventsPerSecond, traffic, ...rest }: LiveWishes,
  counts: FactCounts = noCounts(),
): Generator<string> {
  const random = seededRandom(seedOf(`${seed} live`));
  const customersOf = liveCustomers({ ...rest, seed, random });
  if (customersOf === undefined) {
    throw new RangeError("Live facts are of customers: there must be some");
  }
  let [nowMs, ids] = [sinceMs, 0];
  const defrauded = (_: FraudKind) => counts.frauds++;
  const next = eventsOfCustomers(traffic, {
    customers: customersOf(noIncidents, { incidentAt() {}, defrauded }),
    incidents: noIncidents,
    now: () => nowMs,
    random,
    newId: () => `live_${seed}_${++ids}`,
  });
  const events = Math.round(days * DAY_MS / 1_000 * eventsPerSecond);
  for (let n = 0; n < events; n++) {
    nowMs = sinceMs + Math.floor(n * 1_000 / eventsPerSecond);
    const { moment, event, done } = next();
    done();
    if (event === undefined) continue;
    counts.facts++;
    if (moment.nth === 0) counts.payments++;
    if (moment.step === "failed") counts.failed++;
    if (moment.step === "dispute_opened") counts.disputes++;
    yield JSON.stringify(event);
  }
}
