/**
 * What ought to be there: the one list that boards join with what Prometheus finds, since what is gone has
 * no series that could be counted. The rules of alerts name the same, and a test compares them.
 *
 * @module
 */
import { services } from "#contracts/services.ts";

/**
 * A payment's way and what watches it, by the names of Prometheus' jobs. Without one of these EventFlow is
 * not whole, whether or not it was ever there.
 */
export const requiredServices = [
  "intake",
  "validator",
  "persistence",
  "observer",
] as const;

/** No payment waits for these, and not everybody runs them: missed if they were there within six hours. */
export const auxiliaryServices = [
  "analytics",
  "simulator",
  "alertmanager",
  "grafana",
] as const;

/** Of these, what works records off. */
export const requiredWorkers = ["validator", "persistence"] as const;

/** Services of EventFlow, all of which tell of their process. */
export const eventflowServices = [
  ...requiredServices,
  "analytics",
  "simulator",
] as const;

/** Groups that a payment waits for. */
export const requiredGroups = [services.validator, services.persistence];

/** Groups that none waits for: missed if they had a member within six hours. */
export const auxiliaryGroups = [services.analytics, services.enrichment];
