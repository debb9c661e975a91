/**
 * The services as AWS runs them: from the table of consumers, with the sizes of docs/performance.md.
 *
 * @module
 */
import {
  type ConsumerName,
  consumerNames,
  consumers,
} from "#contracts/services.ts";
import { topics } from "#contracts/topics.ts";
import { monitoredPorts } from "../../monitoring/prometheus/config.ts";

export type AwsService = {
  /** Of its image, its folder, its principal in Kafka and its role in IAM. */
  readonly name: ConsumerName | "intake" | "observer";
  /** Where it tells operators how it is, if nothing else is set. */
  readonly port: number;
  /** Units of 1/1024 vCPU, and MiB. */
  readonly cpu: number;
  readonly memory: number;
  readonly least: number;
  readonly most: number;
  /** What of the database it logs in to, and as whom. */
  readonly database: readonly ("writer" | "desk")[];
  /** Whether somebody is woken for it. */
  readonly isVital: boolean;
};

/** Workers that write to the database. Persistence is also asked by the desk, what would become of a record. */
const databases: Partial<Record<ConsumerName, AwsService["database"]>> = {
  persistence: ["writer"],
  enriched_writer: ["writer"],
  dead_letter_desk: ["writer", "desk"],
};

/** Those of which a second one would only wait: the desk is for people, and they look at one. */
const single: ReadonlySet<ConsumerName> = new Set(["dead_letter_desk"]);

const small = { cpu: 256, memory: 512 };

/** Each worker, with no more instances than its topic has partitions. */
const workers: readonly AwsService[] = consumerNames.map((name) => {
  const { reads, isVital } = consumers[name];
  const isSingle = single.has(name);
  return {
    name,
    port: monitoredPorts[name],
    ...small,
    least: isSingle || !isVital ? 1 : 2,
    most: isSingle ? 1 : topics[reads].partitions,
    database: databases[name] ?? [],
    isVital,
  };
});

/** Where webhooks come in. */
export const INTAKE_PORT = 8000;

export const awsServices: readonly AwsService[] = [
  {
    name: "intake",
    port: monitoredPorts.intake,
    cpu: 512,
    memory: 1024,
    least: 2,
    most: 8,
    database: [],
    isVital: true,
  },
  ...workers,
  {
    name: "observer",
    port: monitoredPorts.observer,
    ...small,
    least: 1,
    most: 1,
    database: [],
    isVital: false,
  },
];
