import { fraudKinds } from "../customers/fraud_kinds.ts";
import { Population } from "../customers/population.ts";
import type { Random } from "../customers/random.ts";
import { FraudRing } from "../customers/ring.ts";
import { Shopping } from "../customers/shopping.ts";
import { DISPUTE_DELAY_MS } from "../customers/story.ts";
import type { SimulatorMetrics } from "../metrics.ts";
import type { Customers } from "../voices/life.ts";
import type { Incident, IncidentsAt } from "./incidents.ts";
import { RING_SHARE } from "./kinds.ts";

/** Frauds that take hours take minutes, so that whoever watches sees them. */
const FRAUD_PACE = 1 / 60;

/** Makes the customers of one sender. */
export type CustomersOf = (
  incidents: IncidentsAt,
  metrics: Pick<SimulatorMetrics, "incidentAt" | "defrauded">,
) => Customers;

/**
 * The customers of a running simulator; the same ones pay at each sender.
 *
 * @param of.disputeDelayMs how long after a fraud its dispute comes at the earliest; all that follows a payment is as much faster
 * @returns what makes the customers of one sender; undefined if there are to be none
 */
export function liveCustomers(
  { customers, seed, fraudRate, disputeDelayMs, random }: {
    readonly customers: number;
    readonly seed: number;
    readonly fraudRate: number;
    readonly disputeDelayMs: number;
    readonly random: Random;
  },
): CustomersOf | undefined {
  if (customers === 0) return undefined;
  const population = new Population({ seed, customers });
  let rings = 0;
  return (incidents, { incidentAt, defrauded }) => {
    const shopping = new Shopping({
      population,
      kinds: fraudKinds,
      fraudRate,
      pace: FRAUD_PACE,
      random,
    });
    let ring: { of: Incident; its: FraudRing } | undefined;
    const ringOf = (incident: Incident): FraudRing => {
      if (ring?.of !== incident) {
        const name = `r${seed}n${++rings}`;
        ring = {
          of: incident,
          its: new FraudRing({ population, name, random }),
        };
      }
      return ring.its;
    };
    const purchase = (atMs: number) => {
      const incident = incidents.ring();
      if (incident !== undefined && random() < RING_SHARE) {
        incidentAt("fraud-ring");
        return ringOf(incident).purchase(atMs);
      }
      return shopping.due(atMs) ?? shopping.next(atMs);
    };
    return {
      pace: disputeDelayMs / DISPUTE_DELAY_MS,
      purchase(atMs) {
        const one = purchase(atMs);
        if (one.fraud !== undefined) defrauded(one.fraud);
        // What is due may have been due for a while.
        return { ...one, atMs };
      },
    };
  };
}
