/**
 * What of the contracts is about a person: for whoever has to say what is kept of somebody, and for how long. `deno task reference` makes
 * a page of it, and a test holds it against the published schemas, so that a new field is on one side or the other.
 *
 * @module
 */
import type { TopicId } from "./topics.ts";

/** Fields of an event, from its beginning. A field stands for those within it. */
export const personalFields: Readonly<Record<string, string>> = {
  payload:
    "whatever the sender put there is kept as it came: a name or an address, too",
  "payload.customer_id":
    "by which the merchant or the provider knows the payer",
  "payload.instrument":
    "what was paid with: the card's first and last digits, a fingerprint by which it is known again; never its whole number",
  "payload.ip_country": "where the payer's address is",
  "payload.payment_id": "leads to the payer, with the provider's help",
  "payload.order_id": "leads to the payer, with the merchant's help",
  enrichment:
    "worked out of what was paid with and how often, so it is about whoever paid",
};

/** Fields of an event that say nothing of a person by themselves. */
export const plainFields: readonly string[] = [
  "event_id",
  "event_type",
  "schema_version",
  "source",
  "timestamp",
  "payload.amount",
  "payload.capture_id",
  "payload.cause",
  "payload.currency",
  "payload.decline",
  "payload.dispute_id",
  "payload.due_at",
  "payload.fact_id",
  "payload.final",
  "payload.merchant_id",
  "payload.order_id_from",
  "payload.provider",
  "payload.provider_auth_id",
  "payload.provider_event_id",
  "payload.provider_event_type",
  "payload.reason_class",
  "payload.reason_code",
  "payload.refund_id",
  "payload.risk_score",
  "payload.stage",

  "payload.state",
  "payload.unsigned",
];

/** What a topic has of people; `null` if nothing. */
export const peopleIn: Readonly<Record<TopicId, string | null>> = {
  raw: "the webhook as it was sent: all that the provider tells of the payer",
  validated: "the fields below",
  enriched: "the fields below",
  enrichmentFacts:
    "of payers, cards and merchants hashes and counts, by which they are known again",
  anomalies: null,
  sentinelCounts: null,
  sentinelState: null,
  deadLetters:
    "the record that failed, whole; its event may have been quoted in a message",
  unmapped: "the payment's key; the webhook is in the raw topic",
  desk:
    "who did it, and why in their words; an edited body, which may be of a payer",
  rejected:
    "the sender's address and program; the beginning of a body, if the intake is set to keep it",
};
