import {
  choice,
  type Config,
  flag,
  integer,
  list,
  optional,
  port,
  type Relation,
  text,
} from "#runtime/config.ts";
import {
  connectionRelations,
  connectionSettings,
  topicSettings,
} from "#kafka/settings.ts";
import { serviceSettings } from "#runtime/service_settings.ts";
import { apiPagesSetting } from "../http/api_pages.ts";
import { forwardedHeaders, isRange } from "../http/client_address.ts";
import { LAST_CALL_MS } from "../http/http_server.ts";
import { providersFile } from "../provider_accounts/setting.ts";
import { bearerTokens } from "./bearer_tokens.ts";
import { cardNumberSettings } from "./card_numbers/clear_card_data.ts";
import { providerSettings } from "./providers/table.ts";
import { MAX_EXAMINED_BYTES } from "./rejections/refused_request.ts";

const allowNet = optional(list("EVENTFLOW_ALLOW_NET", {
  doc: "host or host:port of what else the intake may connect to, " +
    "comma-separated: brokers that advertise other addresses than " +
    "KAFKA_BOOTSTRAP_SERVERS has",
}));

const trustedProxies = optional(list("EVENTFLOW_TRUSTED_PROXIES", {
  doc: "addresses of proxies in front, or ranges of them such as 10.0.0.0/8, " +
    "comma-separated: their word is taken about who sent what is refused",
}));

export const intakeSettings = {
  otelDeno: flag("OTEL_DENO", {
    fallback: "false",
    doc: "Deno's own OpenTelemetry, which must stay off if " +
      "OTEL_EXPORTER_OTLP_ENDPOINT is set: the intake makes its spans itself",
  }),
  ...connectionSettings,
  /** Read by `ingest/http/permissions.ts`; here so that the service says what is wrong with it. */
  allowNet: {
    ...allowNet,
    schema: allowNet.schema.refine(
      (entries) => (entries ?? []).every(isAddress),
      "must be host or host:port, or several of them separated by commas",
    ),
  },
  rawTopic: topicSettings.rawTopic,
  port: port("EVENTFLOW_INTAKE_PORT", {
    fallback: "8000",
    doc: "port of the webhook intake",
  }),
  apiPages: apiPagesSetting,
  operationsPort: port("EVENTFLOW_INTAKE_OPERATIONS_PORT", {
    fallback: "8010",
    doc: "port of the intake's health and metrics, for operators alone",
  }),
  operationsHost: text("EVENTFLOW_OPERATIONS_HOST", {
    fallback: "127.0.0.1",
    doc: "address the port for operators is bound to: loopback, or a network " +
      "that no stranger reaches",
  }),
  ...providerSettings,
  providersFile,
  ingestTokens: bearerTokens("EVENTFLOW_INGEST_TOKENS", {
    doc: "tokens of internal services, which hand payments in by " +
      "POST /api/ingest; without one, there is no such page",
  }),
  trustedProxies: {
    ...trustedProxies,
    schema: trustedProxies.schema.refine(
      (ranges) => (ranges ?? []).every(isRange),
      "must be addresses, or ranges such as 10.0.0.0/8 and 2001:db8::/32, separated by commas",
    ),
  },
  forwardedHeader: choice("EVENTFLOW_FORWARDED_HEADER", {
    fallback: "x-forwarded-for",
    values: forwardedHeaders,
    doc: "where trusted proxies say who sent a request; the other one is " +
      "not looked at, as anybody may write it",
  }),
  rejectedTopic: topicSettings.rejectedTopic,
  recordsRejected: flag("EVENTFLOW_INTAKE_RECORD_REJECTED", {
    fallback: "true",
    doc: "whether it is recorded in EVENTFLOW_REJECTED_TOPIC why requests " +
      "are refused, of up to 10 a second",
  }),
  rejectedBodyBytes: integer("EVENTFLOW_INTAKE_REJECTED_BODY_BYTES", {
    fallback: "0",
    max: MAX_EXAMINED_BYTES,
    doc: "bytes of a refused body's beginning that are recorded with it. " +
      "Leave it at 0 but to look into one fault: whoever reads the topic " +
      "then sees payments and whatever strangers send, for as long as the " +
      "topic keeps it. Of a body that may have card data nothing is recorded",
  }),
  cardNumbers: choice("EVENTFLOW_CARD_NUMBERS", {
    fallback: "refuse",
    values: cardNumberSettings,
    doc: "what becomes of a webhook with a card number or a security code: " +
      "refuse answers 422 and keeps nothing of it; mask writes asterisks " +
      "over its digits but the first six and the last four, and over all of " +
      "a security code, after which nobody can prove its signature again",
  }),
  maxBodyBytes: integer("EVENTFLOW_INTAKE_MAX_BODY_BYTES", {
    fallback: "1048576",
    min: 1,
    max: 1_048_576,
    doc: "bytes of the largest body that is taken; the topics' own limits " +
      "follow from its maximum",
  }),
  maxConnections: integer("EVENTFLOW_INTAKE_MAX_CONNECTIONS", {
    fallback: "4000",
    min: 16,
    doc: "connections at once; past it, those that have been unfinished or " +
      "idle longest are ended. If the limit of open files is lower, the " +
      "intake finds out and keeps below that",
  }),
  bodyTimeoutMs: integer("EVENTFLOW_INTAKE_BODY_TIMEOUT_MS", {
    fallback: "5000",
    min: 10,
    doc: "milliseconds in which a body must arrive",
  }),
  smallBodyTimeoutMs: integer("EVENTFLOW_INTAKE_SMALL_BODY_TIMEOUT_MS", {
    fallback: "2000",
    min: 10,
    doc: "milliseconds in which a body must arrive that says that it is no " +
      "larger than 16 KiB, if that is less: one lost packet and its " +
      "repetition are well within the default",
  }),
  maxReadingBytes: integer("EVENTFLOW_INTAKE_MAX_READING_BYTES", {
    fallback: "33554432",
    min: 1,
    doc: "bytes of all bodies together that are still arriving, counted as " +
      "they arrive; past it, the slowest ones are refused with 503",
  }),
  maxQueuedBytes: integer("EVENTFLOW_INTAKE_MAX_QUEUED_BYTES", {
    fallback: "33554432",
    min: 1,
    doc: "bytes that may wait for Kafka; past it, 503",
  }),
  sendSpacingMs: integer("EVENTFLOW_INTAKE_SEND_SPACING_MS", {
    fallback: "2",
    max: 5,
    doc:
      "milliseconds from the beginning of a send of several events to Kafka " +
      "to that of the next, unless 16 events or 1 MiB wait: it saves " +
      "processor time here and at the broker, for a millisecond or two of " +
      "latency. 0: none; 1 is as 2, as timers are no finer",
  }),
  /** With time left for the rest of a request: see `patience.test.ts`. */
  publishTimeoutMs: integer("EVENTFLOW_INTAKE_PUBLISH_TIMEOUT_MS", {
    fallback: "2000",
    min: 10,
    doc: "milliseconds Kafka has to acknowledge an event; past it, 503: at " +
      "least half a second less than the most impatient provider waits, " +
      "which else takes for a failure what was stored",
  }),
};

/** Host or host:port, where a host may be a name, an IPv4 or a bracketed IPv6 address. */
export function isAddress(text: string): boolean {
  return /^([\w.-]+|\[[0-9a-fA-F:.]+\])(:\d{1,5})?$/.test(text);
}

export type IntakeConfig = Config<typeof intakeSettings>;

/** Bytes sent to Kafka together; a quarter of what the raw topic takes. */
export const MAX_BATCH_BYTES = 1_048_576;

type All = typeof intakeSettings & typeof serviceSettings;

/** A key can repeat nearly all of its body, and the headers are small beside either. */
const largestEventFits: Relation<All> = ({ maxQueuedBytes, maxBodyBytes }) =>
  maxQueuedBytes < 3 * maxBodyBytes
    ? `EVENTFLOW_INTAKE_MAX_QUEUED_BYTES must be at least 3 times EVENTFLOW_INTAKE_MAX_BODY_BYTES, so that the largest event fits: current values ${maxQueuedBytes} and ${maxBodyBytes}`
    : undefined;

const largestBodyCanArrive: Relation<All> = (
  { maxReadingBytes, maxBodyBytes },
) =>
  maxReadingBytes < maxBodyBytes
    ? `EVENTFLOW_INTAKE_MAX_READING_BYTES must be at least EVENTFLOW_INTAKE_MAX_BODY_BYTES: current values ${maxReadingBytes} and ${maxBodyBytes}`
    : undefined;

/** The last request taken while draining must be answered before the deadline. */
const requestsEndBeforeDrain: Relation<All> = (
  { bodyTimeoutMs, publishTimeoutMs, drainTimeoutMs },
) =>
  LAST_CALL_MS + bodyTimeoutMs + publishTimeoutMs >= drainTimeoutMs
    ? `EVENTFLOW_DRAIN_TIMEOUT_MS must be more than EVENTFLOW_INTAKE_BODY_TIMEOUT_MS and EVENTFLOW_INTAKE_PUBLISH_TIMEOUT_MS together and ${LAST_CALL_MS} ms: current values ${drainTimeoutMs}, ${bodyTimeoutMs} and ${publishTimeoutMs}`
    : undefined;

/** See docs/decisions/0008-traces.md. */
const oneTracer: Relation<All> = ({ otelDeno, tracesEndpoint }) =>
  otelDeno && tracesEndpoint !== undefined
    ? `OTEL_DENO must be false if OTEL_EXPORTER_OTLP_ENDPOINT is set, as each webhook would have two spans`
    : undefined;

export const intakeRelations = [
  oneTracer,
  ...connectionRelations,
  largestEventFits,
  largestBodyCanArrive,
  requestsEndBeforeDrain,
];
