import { webhookHeaders } from "#contracts/headers.ts";

/** Why a webhook is not accepted: the word metrics count it under, the status, and the sentence. */
export const refusals = {
  missing_header: {
    status: 422,
    detail:
      `The headers ${webhookHeaders.timestamp} and ${webhookHeaders.signature} are required.`,
  },
  invalid_timestamp: {
    status: 400,
    detail:
      `${webhookHeaders.timestamp} must be an integer: seconds since the epoch.`,
  },
  headers_too_large: {
    status: 431,
    detail: "The headers are larger than is taken.",
  },
  too_large: { status: 413, detail: "The body is larger than is taken." },
  body_timeout: { status: 408, detail: "The body did not arrive in time." },
  broken_body: { status: 400, detail: "The body broke off." },
  empty_body: { status: 400, detail: "The body is empty." },
  stale_timestamp: {
    status: 401,
    detail:
      `${webhookHeaders.timestamp} is too far from the time of this service.`,
  },
  bad_signature: {
    status: 401,
    detail:
      `${webhookHeaders.signature} is not the signature of this timestamp and body.`,
  },
  invalid_json: { status: 400, detail: "The body is not JSON in UTF-8." },
  not_an_object: { status: 400, detail: "The body is not a JSON object." },
  overloaded: {
    status: 503,
    detail: "Too much is arriving at once: send the event again.",
  },
  queue_full: {
    status: 503,
    detail: "Too many events wait for Kafka: send the event again.",
  },
  unavailable: {
    status: 503,
    detail: "Kafka did not acknowledge the event: send it again.",
  },
} as const;

export type Refusal = keyof typeof refusals;

export const refusalNames = Object.keys(refusals) as Refusal[];

/** Seconds after which a sender may try again where the status is 503. */
export const RETRY_AFTER_SECONDS = 1;
