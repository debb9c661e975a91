import { Buffer } from "node:buffer";
import { INTERNAL } from "#contracts/headers.ts";
import { PAYMENT_AUTHORIZED } from "#contracts/events/payment_authorized/payment_authorized.ts";
import { parseEvent, parseJsonObject } from "#contracts/parse.ts";
import { IncomingRequest } from "../http/incoming_request.ts";
import type { BearerTokens } from "./bearer_tokens.ts";
import { clearCardData, kindsIn } from "./card_numbers/clear_card_data.ts";
import {
  eventIdOf,
  parseIdempotencyKey,
  payloadDigest,
  type RecentKeys,
} from "./recent_keys.ts";
import { keyOf, rawRecord } from "./raw_record.ts";
import {
  bodyOf,
  isIdentity,
  isTooLarge,
  published,
  type Received,
  type Receiving,
  refusalOf,
  refuse,
  refuseCardData,
  traceOf,
} from "./receive.ts";

/** Where internal services hand payments in. */
export const HAND_IN_PATH = "/api/ingest";

/** As the earlier producer called itself, in events that it made itself. */
const SOURCE = "api-producer";

/**
 * Takes the payload of a payment from an internal service, which has a token and no signature, and makes the event
 * around it. The token is checked before anything is read, and a payload that breaks the contract is refused here:
 * its sender is one of us, and can mend it. Never throws.
 */
export async function handIn(
  request: Request,
  { tokens, recent, ...receiving }: Receiving & {
    readonly tokens: BearerTokens;
    readonly recent: RecentKeys;
  },
): Promise<Received> {
  const { config, clock, span } = receiving;
  const { headers } = request;
  if (isTooLarge(headers)) return refuse("headers_too_large");
  const problem = tokens.problemOf(headers.get("Authorization"));
  if (problem !== undefined) return refuse(problem);
  if (request instanceof IncomingRequest) request.sender.vouch();
  if (!isIdentity(headers.get("Content-Encoding"))) {
    return refuse("unsupported_encoding");
  }
  const given = headers.get("Idempotency-Key");
  const key = given === null ? undefined : parseIdempotencyKey(given);
  if (given !== null && key === undefined) return refuse("bad_idempotency_key");

  const body = await bodyOf(request, receiving);
  if (typeof body === "string") return refuse(body);
  if (body.length === 0) return refuse("empty_body");
  // By itself, so that no text can close the payload and write into the envelope.
  const sent = parseJsonObject(body);
  if (!sent.ok) return { ...refuse(refusalOf(sent.rejection)), body };
  const cardData = clearCardData(body, {
    text: sent.text,
    setting: config.cardNumbers,
  });
  if (cardData?.outcome === "refused") return refuseCardData(cardData);
  const payload = cardData === undefined ? sent : parseJsonObject(body);
  if (!payload.ok) return refuse(refusalOf(payload.rejection));

  const receivedAtMs = clock();
  const eventId = eventIdOf(key, String(payload.value.payment_id));
  const now = new Date(receivedAtMs).toISOString();
  const digest = payloadDigest(payload.value);
  const first = { digest, timestamp: now, isAcknowledged: false };
  const made = envelope(eventId, now, body);
  const refused = problemOfPayment(made);
  if (refused !== undefined) return refused;
  const event = key === undefined ? first : recent.remember(eventId, first);
  if (event.digest !== digest) return refuse("idempotency_key_reused");
  const accepted = {
    accepted: true,
    eventId,
    source: SOURCE,
    cardData,
  } as const;
  if (event.isAcknowledged) return accepted;

  const value = event === first
    ? made
    : envelope(eventId, event.timestamp, body);
  if (value.length > config.maxBodyBytes) return refuse("too_large");
  const record = rawRecord({
    provider: INTERNAL,
    topic: config.rawTopic,
    key: keyOf({ event_id: eventId, payload: payload.value }),
    body: value,
    receivedAtMs,
    masked: cardData && kindsIn(cardData),
    trace: traceOf(request, span),
  });
  const failed = await published(record, receiving);
  if (failed !== undefined) return failed;
  event.isAcknowledged = true;
  return accepted;
}

/** The event, with the payload to the byte: a number keeps every digit that was sent. */
function envelope(
  eventId: string,
  timestamp: string,
  payload: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  const head = JSON.stringify({
    event_id: eventId,
    event_type: PAYMENT_AUTHORIZED,
    schema_version: 1,
    source: SOURCE,
    timestamp,
  }).slice(0, -1);
  return Buffer.concat([
    Buffer.from(`${head},"payload":`),
    payload,
    Buffer.from("}"),
  ]);
}

/** As the validator reads it, so that what is taken here passes the contract there. */
function problemOfPayment(event: Uint8Array): Received | undefined {
  const parsed = parseEvent(event);
  if (parsed.ok) return undefined;
  const { issues, message } = parsed.rejection;
  const detail = issues.length === 0
    ? message
    : `The body is not the payload of a payment: ${
      issues.map(({ path, message }) =>
        `${path.replace(/^payload\./, "")} ${message}`
      ).join("; ")
    }.`;
  return { accepted: false, refusal: "not_a_payment", detail };
}
