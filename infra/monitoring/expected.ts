/**
 * What ought to be there: the one list that boards join with what Prometheus finds, since what is gone has
 * no series that could be counted. The rules of alerts name the same, and a test compares them.
 *
 * @module
 */
import { consumerNames, consumers, services } from "#contracts/services.ts";

/** Of the consumers, those that a payment waits for. */
export const requiredWorkers = consumerNames.filter((name) =>
  consumers[name].isVital
);

const auxiliaryWorkers = consumerNames.filter((name) =>
  !consumers[name].isVital
);

/**
 * A payment's way and what watches it, by the names of Prometheus' jobs. Without one of these EventFlow is
 * not whole, whether or not it was ever there.
 */
export const requiredServices: readonly string[] = [
  "intake",
  ...requiredWorkers,
  "observer",
];

/** No payment waits for these, and not everybody runs them: missed if they were there within six hours. */
export const auxiliaryServices: readonly string[] = [
  ...auxiliaryWorkers,
  "simulator",
  "alertmanager",
  "grafana",
];

/** Services of EventFlow, all of which tell of their process. */
export const eventflowServices: readonly string[] = [
  ...requiredServices,
  ...auxiliaryWorkers,
  "simulator",
];

/** Groups that a payment waits for. */
export const requiredGroups = requiredWorkers.map((name) => services[name]);

/** Groups that none waits for: missed if they had a member within six hours. */
export const auxiliaryGroups = auxiliaryWorkers.map((name) => services[name]);
