/**
 * Queries about what may be gone. What is gone has no series, so each is joined with what ought to be there,
 * and each says something whatever Prometheus has.
 *
 * @module
 */
import {
  auxiliaryGroups,
  auxiliaryServices,
  requiredGroups,
  requiredServices,
  requiredWorkers,
} from "../expected.ts";
import { job, labelled } from "./promql.ts";

/** What a figure is while nobody can tell it. */
export const UNKNOWN = -1;

/** How long something that not everybody runs is missed. */
const REMEMBERED = "6h";

/** 1 if Kafka answers an observer, else 0. */
export const kafka = "max (eventflow_kafka_reachable)";

/** 1 if PostgreSQL answers every instance of persistence, else 0. */
export const database = "min (eventflow_persistence_database_reachable)";

/** There only while somebody sees Kafka answer. */
export const kafkaAnswers = `${kafka} == 1`;

export function orUnknown(series: string): string {
  return `${series} or vector(${UNKNOWN})`;
}

/**
 * What is wrong, each as a series of 1 with its name; or one series of 0 that says that nothing is.
 *
 * @param wrong series for what is wrong
 * @param labels that name it; the first names that nothing is, too
 * @param known what there must be to know that nothing is
 */
export function named(
  wrong: string,
  { labels: [label, ...further], none, known = "vector(1)" }: {
    readonly labels: readonly [string, ...string[]];
    readonly none: string;
    readonly known?: string;
  },
): string {
  return [
    `count by (${[label, ...further].join(", ")}) (${wrong})`,
    labelled(`0 * (${known})`, label, none),
    labelled("vector(1)", label, "Unknown"),
  ].join(" or on () ");
}

const up = `up{${job([...requiredServices, ...auxiliaryServices])}}`;

/** What ought to have a series: what is required, and of the rest what was there lately. */
const expectedServices = [
  ...zeros("job", requiredServices),
  `0 * ${lately(...auxiliaryServices)}`,
].join(" or ");

/** Of each service: 2 if all its instances answer, 1 if some do, 0 if none does. */
export const servicesAnswering =
  `(min by (job) (${up}) + max by (job) (${up}) or on (job) (${expectedServices}))`;

/** Services of which no instance answers, or not every one does. */
export const missingServices = `${servicesAnswering} < 2`;

const members = (which: string) =>
  `max by (group) (eventflow_group_members{group${which}"${
    auxiliaryGroups.join("|")
  }"})`;

/** Groups that nobody works for; of what not everybody runs, those that somebody lately did. */
export const missingGroups = [
  `((${members("!~")} or on (group) (${
    zeros("group", requiredGroups).join(" or ")
  })) == 0`,
  `or (${members("=~")} == 0 and on (group) max by (group) (max_over_time(`,
  `eventflow_group_members[${REMEMBERED}])) > 0)) and on () ${kafkaAnswers}`,
].join(" ");

/** Partitions that wait, by worker and reason. */
export const waitingPartitions =
  "sum by (job, reason) (eventflow_worker_paused_partitions) > 0";

/** Every worker that a payment waits for tells which of its partitions wait. */
export const everyWorkerTells =
  `count (count by (job) (eventflow_worker_paused_partitions{${
    job(requiredWorkers)
  }})) == ${requiredWorkers.length}`;

/**
 * What the observer may find none of: 0 then, in a series whose `label` is "none". Nothing at all while Kafka
 * does not answer it, as nobody knows.
 */
export function orNoneFound(found: string, label: string): string {
  return `${found} or on () ${
    labelled(`0 * (${kafkaAnswers})`, label, "none")
  }`;
}

/**
 * What a stage passes on; unknown if nobody can pass anything on.
 *
 * @param service that ought to answer
 * @param away series that are there while something the stage needs is not
 */
export function unlessCut(
  passed: string,
  { service, away }: { service: string; away: readonly string[] },
): string {
  const answers = `and on () (max (up{job="${service}"}) == 1)`;
  const works = away.map((one) => `unless on () (${one})`);
  const known = [`(${passed})`, answers, ...works].join(" ");
  return auxiliaryServices.some((name) => name === service)
    ? `${known} or on () ${UNKNOWN} * ${lately(service)}`
    : orUnknown(known);
}

/** Of every metric that has no series, its name for a person. */
export function absentMetrics(
  metrics: Readonly<Record<string, string>>,
): string {
  return Object.entries(metrics)
    .map(([name, metric]) => labelled(`absent(${metric})`, "part", name))
    .join(" or ");
}

/** 1 for each service of which an instance answered lately. */
function lately(...services: readonly string[]): string {
  return `(max by (job) (max_over_time(up{${
    job(services)
  }}[${REMEMBERED}])) == 1)`;
}

function zeros(label: string, names: readonly string[]): string[] {
  return names.map((name) => labelled("vector(0)", label, name));
}
