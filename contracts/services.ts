/**
 * The consumers, one row each, and what all services call themselves. Groups, ports, rights in Kafka, the local stack,
 * what Prometheus asks and what boards expect are derived from these rows. `deno task new consumer` adds one.
 *
 * @module
 */

/** A worker that reads one topic as one consumer group. Topics are named as in `topics.ts`. */
export type Consumer = {
  /** Its name in `failed_service` of dead letters, in metrics and logs, and by default its group. */
  readonly service: string;
  readonly reads: "raw" | "validated" | "enriched" | "deadLetters";
  /** Beside dead letters. */
  readonly writes: readonly (
    | "validated"
    | "unmapped"
    | "enriched"
    | "sentinelCounts"
  )[];
  /** Where it tells operators how it is, unless its variable says another. */
  readonly port: number;
  /** Whether a payment waits for it: if it is gone, somebody is woken. */
  readonly isVital: boolean;
};

/** By name: of the folder in `workers/`, of the container, of Prometheus' job, and in variables and metrics. */
export const consumers = {
  validator: {
    service: "validator-service",
    reads: "raw",
    writes: ["validated", "unmapped"],
    port: 8001,
    isVital: true,
  },
  analytics: {
    service: "analytics-service",
    reads: "validated",
    writes: [],
    port: 8002,
    isVital: false,
  },
  persistence: {
    service: "persistence-writer",
    reads: "validated",
    writes: [],
    port: 8080,
    isVital: true,
  },
  dead_letter_desk: {
    service: "dead-letter-desk",
    reads: "deadLetters",
    writes: [],
    port: 8005,
    isVital: false,
  },
  enrichment: {
    service: "enrichment-service",
    reads: "validated",
    writes: ["enriched"],
    port: 8004,
    isVital: false,
  },
  sentinel: {
    service: "anomaly-sentinel",
    reads: "validated",
    writes: ["sentinelCounts"],
    port: 8007,
    isVital: false,
  },
  enriched_writer: {
    service: "enriched-writer",
    reads: "enriched",
    writes: [],
    port: 8008,
    isVital: false,
  },
} as const satisfies Readonly<Record<string, Consumer>>;

export type ConsumerName = keyof typeof consumers;

/** In the order of the table: whoever writes a topic comes before those that read it. */
export const consumerNames = Object.keys(consumers).filter(isConsumer);

/** What services call themselves, and by default their groups. */
export const services = ofEachConsumer("", ({ service }) => service);

export function isConsumer(name: string): name is ConsumerName {
  return Object.hasOwn(consumers, name);
}

/** The consumer that calls itself so in `failed_service`; undefined if none of the table does. */
export function consumerOf(service: string): ConsumerName | undefined {
  return consumerNames.find((name) => consumers[name].service === service);
}

/**
 * An entry for each consumer, by its name and what is put behind it: with `Group`, `validatorGroup` and so on.
 *
 * @param make what its entry is
 */
export function ofEachConsumer<const Behind extends string, T>(
  behind: Behind,
  make: (consumer: Consumer, name: ConsumerName) => T,
): Readonly<Record<`${ConsumerName}${Behind}`, T>> {
  const entries = consumerNames.map((name) =>
    [`${name}${behind}`, make(consumers[name], name)] as const
  );
  // That there is one for each is seen here; TypeScript takes the names of entries for any text.
  return Object.fromEntries(entries) as Record<`${ConsumerName}${Behind}`, T>;
}
