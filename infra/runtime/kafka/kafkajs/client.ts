import kafkajs from "kafkajs";
import type { LogEntry, SASLOptions } from "kafkajs";
import type { Log } from "../../log.ts";
import type { KafkaClient } from "../port.ts";
import { BatchSizes } from "./batch_sizes.ts";
import type { ConnectionConfig } from "../settings.ts";
import { mendFetches } from "./broker_fetch.ts";
import { mendJoins } from "./broker_join.ts";
import { openAdmin } from "./admin.ts";
import { joinGroup } from "./join_group.ts";
import type { NewKafka } from "./new_kafka.ts";
import { refuseResets } from "./offset_reset.ts";
import { Partitions } from "./partitions.ts";
import { quietNegativeTimeouts } from "./quiet_timers.ts";
import { readRanges } from "./reader.ts";
import { createSender } from "./sender.ts";
import { socketFactory, withoutColons } from "./sockets.ts";
import { endLast, openTransactional } from "./transactional_sender.ts";

/** The broker answers a produce within its own 3 s and a fetch within 0.5 s. */
const REQUEST_TIMEOUT_MS = 5_000;

/** The port of `../port.ts` on kafkajs 2.2. */
export function createKafkaClient(
  { config, clientId, log, requestTimeoutMs = REQUEST_TIMEOUT_MS }: {
    config: ConnectionConfig;
    clientId: string;
    log: Log;
    /** How long an answer is waited for. */
    requestTimeoutMs?: number;
  },
): KafkaClient {
  quietNegativeTimeouts();
  mendFetches();
  mendJoins();
  refuseResets();
  const newKafka: NewKafka = (retry) =>
    new kafkajs.Kafka({
      clientId,
      brokers: config.bootstrapServers.map(withoutColons),
      socketFactory,
      ssl: config.kafkaTls,
      sasl: saslOptions(config),
      connectionTimeout: 2_000,
      requestTimeout: requestTimeoutMs,
      retry,
      logLevel: kafkajs.logLevel.INFO,
      logCreator: () => (entry) => logAtDebug(log, entry),
    });
  const shared = {
    partitions: new Partitions(newKafka),
    sizes: new BatchSizes(),
  };
  return {
    sender: () => createSender(newKafka, shared),
    openTransactional: (id, scope, options) =>
      openTransactional(newKafka, shared, id, scope, options),
    endLast: async (id, scope) => {
      await endLast(newKafka, id, scope);
    },
    join: (options) => joinGroup(newKafka, options),
    read: (options) => readRanges(newKafka, options),
    admin: () => openAdmin(newKafka),
  };
}

/**
 * What kafkajs reports as an error is mostly a retry under way; the outcome is logged by whoever
 * asked for it. So its own lines are for debugging alone.
 */
function logAtDebug(log: Log, { namespace, log: entry }: LogEntry): void {
  // With KAFKAJS_DEBUG_PROTOCOL_BUFFERS a payload is whatever a broker sent, logins among it.
  const {
    message,
    timestamp: _time,
    logger: _logger,
    data: _data,
    payload: _,
    ...properties
  } = entry;
  log.debug(`kafkajs ${namespace}: ${message}`, properties);
}

function saslOptions(config: ConnectionConfig): SASLOptions | undefined {
  const username = config.kafkaSaslUsername ?? "";
  const password = config.kafkaSaslPassword ?? "";
  switch (config.kafkaSaslMechanism) {
    case undefined:
      return undefined;
    case "plain":
      return { mechanism: "plain", username, password };
    case "scram-sha-256":
      return { mechanism: "scram-sha-256", username, password };
    case "scram-sha-512":
      return { mechanism: "scram-sha-512", username, password };
  }
}
