import { Hono } from "hono";
import { orAborted } from "#runtime/backoff.ts";
import type { Config, Settings } from "#runtime/config.ts";
import { healthRoutes } from "#runtime/health.ts";
import { listen } from "#runtime/http_server.ts";
import type { Service } from "#runtime/lifecycle.ts";
import type { Right } from "./access/rights.ts";
import { awaitKafka } from "./await_kafka.ts";
import { createKafkaClient } from "./kafkajs/client.ts";
import type { KafkaAdmin, KafkaClient } from "./port.ts";
import type { connectionSettings } from "./settings.ts";
import { warnOfCompaction } from "./warn_of_compaction.ts";

/** A cluster whose coordinator is gone has another after 9 s, as a rule. */
const SETTLED_WITHIN_MS = 10_000;

/**
 * What a service that lives off Kafka begins with: health and metrics are served, Kafka answers, has the topics
 * and lets the service do what it is for. Both are closed with the service.
 *
 * @param options whose `portEnv` is the variable that sets the port, for the sentence that says it is taken
 * @throws {StartError} if Kafka, a topic or a right is missing, or the port is taken
 */
export async function openKafka<S extends Settings>(
  service: Service<S & typeof connectionSettings>,
  { needs, compacted, ...operations }: OperationsPort & Needs,
): Promise<OpenedKafka> {
  await serveOperations(service, operations);
  return await connectKafka(service, { needs, compacted });
}

export type OpenedKafka = {
  readonly kafka: KafkaClient;
  readonly admin: KafkaAdmin;
};

type Needs = {
  /** Rights, and with them the topics they are to. */
  readonly needs: readonly Right[];
  /** Topics among them that are compacted by their contract. */
  readonly compacted?: readonly string[] | undefined;
};

export type OperationsPort = {
  /** Served beside health and metrics. */
  readonly pages?: Hono | undefined;
  readonly port: number;
  /** The variable that sets the port, for the sentence that says it is taken. */
  readonly portEnv: string;
};

/**
 * Serves health and metrics, until the service closes.
 *
 * @throws {StartError} if the port is taken
 */
export async function serveOperations<S extends Settings>(
  service: Service<S>,
  { port, portEnv, pages = new Hono() }: OperationsPort,
): Promise<void> {
  const { name, readiness, metrics } = service;
  const server = await listen(
    healthRoutes({ service: name, readiness, metrics }).route("/", pages),
    { host: service.config.bindHost, port, portEnv },
  );
  service.defer(() => server.close());
}

/**
 * Waits until Kafka answers, has the topics and lets the service do what it is for. Closed with the service.
 *
 * @throws {StartError} if Kafka, a topic or a right is missing
 */
export async function connectKafka<S extends Settings>(
  service: Service<S & typeof connectionSettings>,
  { needs, compacted = [] }: Needs,
): Promise<OpenedKafka> {
  const config: Config<typeof connectionSettings> = service.config;
  const { name, log, readiness } = service;
  const kafka = createKafkaClient({ config, clientId: name, log });
  service.defer(() =>
    orAborted(kafka.settled(), AbortSignal.timeout(SETTLED_WITHIN_MS))
  );
  await awaitKafka(kafka, {
    needs,
    config,
    timeoutMs: service.config.startTimeoutMs,
    signal: service.draining,
    waits: (why) => {
      readiness.block("start", why);
      log.warn("Waiting to start: {why}", { why });
    },
  });
  readiness.clear("start");
  const admin = await kafka.admin();
  service.defer(() => admin.close());
  const topics = needs.filter(({ resource, name }) =>
    resource === "Topic" && !compacted.includes(name)
  ).map(({ name }) => name);
  await warnOfCompaction({ admin, topics: [...new Set(topics)], log });
  return { kafka, admin };
}
