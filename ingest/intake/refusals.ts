/** Why what comes in is not accepted: the word metrics count it under, the status, and the sentence. */
type Refused = Readonly<Record<string, { status: number; detail: string }>>;

/** Of webhooks alone; each provider has sentences of its own, which name its headers. */
export const ofWebhooks = {
  missing_header: { status: 422, detail: "A header is missing." },
  invalid_timestamp: { status: 400, detail: "The timestamp is none." },
  stale_timestamp: {
    status: 401,
    detail: "The timestamp is too far from the time of this service.",
  },
  bad_signature: {
    status: 401,
    detail: "The signature is not that of this body.",
  },
  certificate_unavailable: {
    status: 503,
    detail:
      "The certificate that the event is signed with cannot be had just now: send the event again.",
  },
} as const satisfies Refused;

/** Why what proves the sender does not. */
export type SignatureRefusal = keyof typeof ofWebhooks;

/** Of addresses of accounts alone. */
export const ofAccounts = {
  unknown_account: {
    status: 404,
    detail: "No account of a provider is set up at this address.",
  },
} as const satisfies Refused;

/** Of what an internal service hands in alone. */
export const ofHandedIn = {
  missing_token: {
    status: 401,
    detail: "The header Authorization must be Bearer and a token.",
  },
  bad_token: {
    status: 401,
    detail: "The token is not one of those that are taken.",
  },
  bad_idempotency_key: {
    status: 400,
    detail:
      "Idempotency-Key must have 1 to 255 characters, with no blank among them.",
  },
  idempotency_key_reused: {
    status: 422,
    detail:
      "Idempotency-Key was used for this payment with another payload: what is to be a new event needs a new key.",
  },
  not_a_payment: {
    status: 422,
    detail: "The body is not the payload of a payment.",
  },
} as const satisfies Refused;

/** Of everything that comes in. */
export const ofAll = {
  headers_too_large: {
    status: 431,
    detail: "The headers are larger than is taken.",
  },
  unsupported_encoding: {
    status: 415,
    detail:
      "Content-Encoding is not taken: what is signed and kept is the body as it is sent.",
  },
  too_large: { status: 413, detail: "The body is larger than is taken." },
  body_timeout: { status: 408, detail: "The body did not arrive in time." },
  broken_body: { status: 400, detail: "The body broke off." },
  empty_body: { status: 400, detail: "The body is empty." },
  invalid_json: { status: 400, detail: "The body is not JSON in UTF-8." },
  not_an_object: { status: 400, detail: "The body is not a JSON object." },
  /** Its sender is told under which of the known keys. */
  card_number: {
    status: 422,
    detail:
      "The body has a card number, or a card's security code, which are kept nowhere.",
  },
  overloaded: {
    status: 503,
    detail: "Too much is arriving at once: send the event again.",
  },
  gave_way: {
    status: 503,
    detail:
      "The body came too slowly while there was no room: send the event again.",
  },
  queue_full: {
    status: 503,
    detail: "Too many events wait for Kafka: send the event again.",
  },
  unavailable: {
    status: 503,
    detail: "Kafka did not acknowledge the event: send it again.",
  },
  /**
   * The topic is set to take less than its contract says. Not 503: what is sent again at once is refused
   * again, and senders that repeat large events would count as Kafka being away. It is an operator's to
   * mend, who is alerted; so the sender is told when to try again, as RFC 9110 §15.5.14 has it for a 413
   * that is temporary. Most providers repeat whatever is not answered with 2xx.
   */
  too_large_for_topic: {
    status: 413,
    detail:
      "The event is larger than Kafka takes at present: send it again later.",
  },
} as const satisfies Refused;

export const refusals = {
  ...ofWebhooks,
  ...ofAccounts,
  ...ofHandedIn,
  ...ofAll,
};

export type Refusal = keyof typeof refusals;

/** Those for which nothing is wrong with what was sent, as far as anybody knows. */
const ofOurs = [
  "unknown_account",
  "certificate_unavailable",
  "overloaded",
  "gave_way",
  "queue_full",
  "unavailable",
  "too_large_for_topic",
] as const satisfies Refusal[];

/** Those that whoever sends can do something about. */
export type SendersRefusal = Exclude<Refusal, (typeof ofOurs)[number]>;

export function isOfSender(refusal: Refusal): refusal is SendersRefusal {
  return !ofOurs.some((one) => one === refusal);
}

export const refusalNames = Object.keys(refusals) as Refusal[];

/** Seconds after which a sender may try again; undefined if that does not help. */
export function retryAfterSeconds(refusal: Refusal): number | undefined {
  if (refusal === "too_large_for_topic") return 3_600;
  return refusals[refusal].status === 503 ? 1 : undefined;
}
