/** Names of Kafka record headers. Values are UTF-8 text. */
export const headers = {
  /** When the intake had read the whole request: milliseconds since the epoch. */
  receivedAt: "eventflow-received-at",
  /** Which provider signed the body. */
  provider: "eventflow-provider",
  /** Which of several accounts at that provider it was sent to. Absent of what has no accounts. */
  account: "eventflow-account",
  /** By which of the account's keys the signature was made, as its settings name it; of a certificate its serial number. */
  signingKey: "eventflow-signing-key",
  /**
   * W3C Trace Context. If traces are made, `traceparent` names the span of the service that wrote the
   * record; else both are passed on as they came.
   */
  traceparent: "traceparent",
  tracestate: "tracestate",
  /**
   * On what a worker forwards: the record it was made from, as `<topic>/<partition>/<offset>`, and if several things were made
   * of that, which of them it is: `<topic>/<partition>/<offset>#2/3`. Set by the worker runtime, in place of any that came in.
   */
  source: "eventflow-source",
  /**
   * On what a replay puts into a topic: the dead letter or record that is replayed, as
   * `<topic>/<partition>/<offset>`. Passed on as it came. A record that carries it was not sent by the
   * provider this time.
   */
  replayOf: "eventflow-replay-of",
  /**
   * On what a replay puts into a topic that several services read: the one that it is meant for, by its name in
   * `services.ts`. Every other passes over the record. What that service forwards is for all again, and so is a dead letter of it.
   */
  replayFor: "eventflow-replay-for",
  /** On what a replay puts into a topic: the job of the dead-letter desk that sent it, and how often it has been sent, from 1. */
  replayJob: "eventflow-replay-job",
  replayNth: "eventflow-replay-nth",
  /**
   * The raw record in whose place a record stands, as `<topic>/<partition>/<offset>`: on what a replay puts into a topic,
   * and on what is made of what was made of a raw record. Passed on as it came, by every service and every later replay. Of
   * a record without it, `source` says the origin, and without that it is a raw record itself.
   */
  origin: "eventflow-origin",
  /**
   * On a replay of which only one thing is to be made of several: which, from 1. Not passed on.
   */
  replayItem: "eventflow-replay-item",
  /**
   * On a fact made of a provider's own webhook: the version of the mapping that made it, a whole number from 1. A fact of a higher
   * version stands in place of the same fact of a lower one. Set by the validator alone, in place of any that came in.
   */
  mappingVersion: "eventflow-mapping-version",
  /**
   * On a fact whose provider's signature does not tell bodies apart: the transmission's id and the SHA-256 of its body in hex,
   * with a blank between them.
   */
  transmission: "eventflow-transmission",
  /**
   * On a replay whose body was edited: the job that did. Passed on as it came. Nobody signed these bytes; what was signed is
   * the record that `replayOf` leads to.
   */
  edited: "eventflow-edited",
  /**
   * On what had a card number or a security code when it came: which of them (`card_number,security_code`). Asterisks stand over
   * digits of it, so that nobody can prove the signature again. Set by the intake, and passed on as it came.
   */
  masked: "eventflow-masked",
  /** On a part of a snapshot of what enrichment remembers: which it is, as JSON. */
  snapshot: "eventflow-snapshot",
  /** On dead letters: the service that gave up, and why. */
  failedService: "eventflow-failed-service",
  errorCode: "eventflow-error-code",
} as const;

export type HeaderName = keyof typeof headers;

/**
 * Attributes of CloudEvents 1.0 as headers of a fact, in Kafka's binary content mode, if the validator is set to write them. Whoever
 * passes a fact on passes them on as they came.
 */
export const cloudEventHeaders = {
  specversion: "ce_specversion",
  /** The event's `event_id`. */
  id: "ce_id",
  /** `urn:eventflow:` and the event's `source`. */
  source: "ce_source",
  /** The event's `event_type`. */
  type: "ce_type",
  /** The event's `timestamp`. */
  time: "ce_time",
  /** The `$id` of the published schema. */
  dataschema: "ce_dataschema",
  /** Which the binding asks for in place of `datacontenttype`. */
  contentType: "content-type",
} as const;

/** In `provider`: who hands in without a signature, with a token of ours. */
export const INTERNAL = "internal";

/**
 * The header of a raw record that has an HTTP header of its webhook, as it was sent: those that a signature needs to be proven
 * again, and those that say what the body does not.
 *
 * @param name in lower case
 */
export function httpHeader(name: string): string {
  return `${HTTP_PREFIX}${name}`;
}

/** The HTTP header that a raw record's header has; undefined if it has none. */
export function httpNameIn(header: string): string | undefined {
  return header.startsWith(HTTP_PREFIX)
    ? header.slice(HTTP_PREFIX.length)
    : undefined;
}

/** How the names of those headers begin. */
export const HTTP_PREFIX = "eventflow-http-";

/** Names of HTTP headers of a webhook. */
export const webhookHeaders = {
  timestamp: "X-Provider-Timestamp",
  signature: "X-Provider-Signature",
} as const;
