import kafkajs from "kafkajs";
import type { LogEntry } from "kafkajs";
import type { Log } from "#runtime/log.ts";
import type { KafkaClient } from "../port.ts";
import { brokerTls } from "../broker_tls.ts";
import { isEncrypted } from "../security_settings.ts";
import { BatchSizes } from "./producing/batch_sizes.ts";
import type { ConnectionConfig } from "../settings.ts";
import { openAdmin } from "./administration/admin.ts";
import { joinGroup } from "./consuming/join_group.ts";
import { loginOf } from "./login.ts";
import type { NewKafka } from "./new_kafka.ts";
import { applyPatches } from "./patches/apply.ts";
import { Partitions } from "./producing/partitions.ts";
import { readRanges } from "./consuming/reader.ts";
import { createSender } from "./producing/sender.ts";
import { socketsBy, withoutColons } from "./sockets.ts";
import {
  endLast,
  openTransactional,
} from "./transactions/transactional_sender.ts";
import { UnansweredCommits } from "./transactions/unanswered_commits.ts";

/** The broker answers a produce within its own 3 s and a fetch within 0.5 s. */
const REQUEST_TIMEOUT_MS = 5_000;

/**
 * A session is renewed by the first request that would come this long before its end, or later. kafkajs's own 10 s
 * make it log in before each request if sessions are shorter than that, as the last of a token's life is; a broker
 * takes no more than one login a second.
 */
const LOGIN_AGAIN_BEFORE_MS = 3_000;

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
  applyPatches();
  // One for all connections, so that they share its token.
  const login = loginOf(config);
  const socketFactory = socketsBy((host) => brokerTls(config, host));
  const newKafka: NewKafka = (retry) =>
    new kafkajs.Kafka({
      clientId,
      brokers: config.bootstrapServers.map(withoutColons),
      socketFactory,
      ssl: isEncrypted(config),
      ...(login && { sasl: login }),
      reauthenticationThreshold: LOGIN_AGAIN_BEFORE_MS,
      connectionTimeout: 2_000,
      requestTimeout: requestTimeoutMs,
      retry,
      logLevel: kafkajs.logLevel.INFO,
      logCreator: () => (entry) => logAtDebug(log, entry),
    });
  const shared = {
    partitions: new Partitions(newKafka),
    sizes: new BatchSizes(),
    unanswered: new UnansweredCommits(newKafka),
  };
  return {
    sender: () => createSender(newKafka, shared),
    openTransactional: (id, scope, options) =>
      openTransactional(newKafka, shared, id, scope, options),
    endLast: async (id, scope) => {
      await endLast(newKafka, shared, id, scope);
    },
    settled: () => shared.unanswered.settled(),
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
