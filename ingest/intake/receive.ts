import { formFields } from "#contracts/form.ts";
import { headers } from "#contracts/headers.ts";
import { parseJsonObject, type Rejection } from "#contracts/parse.ts";
import type { Deadlines } from "#runtime/deadlines.ts";
import type { OutgoingRecord } from "#kafka/port.ts";
import { QueueFullError } from "#kafka/publisher.ts";
import { TooLargeError } from "#kafka/write_errors.ts";
import { IncomingRequest } from "../http/incoming_request.ts";
import { ReceivedHeaders } from "../http/received_headers.ts";
import { readBody } from "./body.ts";
import {
  clearCardData,
  type ClearedCardData,
  kindsIn,
} from "./card_numbers/clear_card_data.ts";
import { rawRecord } from "./raw_record.ts";
import type { ReadingBudget } from "./reading_budget.ts";
import type { Refusal, SignatureRefusal } from "./refusals.ts";
import type { IntakeConfig } from "./settings.ts";
import type { WebhookSource } from "./webhook_source.ts";
import type { WebhookSpan } from "./webhook_span.ts";

export type Received =
  | {
    readonly accepted: true;
    readonly eventId: string;
    readonly source: string;
    /** If some of it was masked. */
    readonly cardData?: ClearedCardData | undefined;
  }
  | Refused;

export type Refused = {
  readonly accepted: false;
  readonly refusal: Refusal;
  /** What the sender is told, if more than the refusal's own sentence. */
  readonly detail?: string;
  /** What kept Kafka, or us, from taking the event. */
  readonly cause?: unknown;
  /** All of it, if it was read. */
  readonly body?: Uint8Array;
  /** What it is refused for, or had beside. */
  readonly cardData?: ClearedCardData | undefined;
};

/** All names and values together; what proxies in front take, as a rule. */
const MAX_HEADER_CHARACTERS = 16 * 1024;

/** What every request is read and published with. */
export type Receiving = {
  readonly config: IntakeConfig;
  /** In which all of a body must arrive. */
  readonly deadlines: Deadlines;
  /** The same, for one that says that it is small. */
  readonly smallDeadlines: Deadlines;
  readonly budget: ReadingBudget;
  readonly publish: (record: OutgoingRecord) => Promise<void>;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Of the request, if it is traced. */
  readonly span?: WebhookSpan | undefined;
};

/**
 * Takes one webhook in: who sent it is checked, that it is a JSON object, and that no card number is in it; then it is
 * accepted when Kafka has acknowledged it. What the object says is the validator's to judge. Never throws.
 */
export async function receive(
  request: Request,
  source: WebhookSource,
  receiving: Receiving,
): Promise<Received> {
  const { config, clock, span } = receiving;
  if (isTooLarge(request.headers)) return refuse("headers_too_large");
  // What cannot be good is not read.
  const claim = source.claimIn(request.headers, clock());
  if (typeof claim === "string") return unproven(claim, source);
  if (!isIdentity(request.headers.get("Content-Encoding"))) {
    return refuse("unsupported_encoding");
  }

  const reading = bodyOf(request, receiving);
  const body = reading instanceof Promise ? await reading : reading;
  if (typeof body === "string") return refuse(body);
  if (body.length === 0) return refuse("empty_body");

  const receivedAtMs = clock();
  const asked = claim(body);
  const verdict = asked instanceof Promise ? await asked : asked;
  if (typeof verdict === "string") {
    return { ...unproven(verdict, source), body };
  }
  if (request instanceof IncomingRequest) request.sender.vouch();

  const sent = readAs(source.form, body);
  if (!sent.ok) return { ...refuse(refusalOf(sent.rejection)), body };
  const cardData = clearCardData(body, {
    text: sent.text,
    setting: config.cardNumbers,
  });
  if (cardData?.outcome === "refused") return refuseCardData(cardData);
  const read = cardData === undefined ? sent : readAs(source.form, body);
  if (!read.ok) return refuse(refusalOf(read.rejection));
  const { key, eventId, source: from } = source.about(
    read.value,
    request.headers,
  );
  const record = rawRecord({
    provider: source.provider,
    topic: config.rawTopic,
    key,
    body,
    receivedAtMs,
    proof: source.proof(request.headers, verdict),
    masked: cardData && kindsIn(cardData),
    trace: traceOf(request, span),
  });
  // From here on only the record is held, which is what the queue counts.
  return await published(record, receiving) ??
    { accepted: true, eventId, source: from, cardData };
}

export function bodyOf(
  request: Request,
  { config, deadlines, smallDeadlines, budget }: Receiving,
) {
  const maxBytes = config.maxBodyBytes;
  return readBody(request, { maxBytes, deadlines, smallDeadlines, budget });
}

export function traceOf(request: Request, span: WebhookSpan | undefined) {
  return {
    traceparent: span?.traceparent ??
      request.headers.get(headers.traceparent) ?? undefined,
    // Of the span's trace alone.
    tracestate: span === undefined || span.hasParent
      ? request.headers.get(headers.tracestate) ?? undefined
      : undefined,
  };
}

/** Resolves when Kafka has acknowledged the record, with a refusal if it has not. */
export function published(
  record: OutgoingRecord,
  { publish }: Receiving,
): Promise<Refused | undefined> {
  return publish(record).then(noRefusal, refusedByKafka);
}

const noRefusal = () => undefined;

const refusedByKafka = (cause: unknown) => refuse(refusalFor(cause), cause);

/** Why a body is refused for what it is. */
export function refusalOf({ code }: Rejection): Refusal {
  return code === "not_an_object" ? "not_an_object" : "invalid_json";
}

/** Why Kafka has not taken an event. */
function refusalFor(cause: unknown): Refusal {
  if (cause instanceof QueueFullError) return "queue_full";
  if (cause instanceof TooLargeError) return "too_large_for_topic";
  return "unavailable";
}

function readAs(form: WebhookSource["form"], body: Uint8Array) {
  return form === "json"
    ? parseJsonObject(body)
    : { ok: true as const, value: formFields(body), text: undefined };
}

/** Without its body, of which nothing is to be kept. */
export function refuseCardData(
  cardData: Extract<ClearedCardData, { outcome: "refused" }>,
): Refused {
  return {
    accepted: false,
    refusal: "card_number",
    detail: cardData.detail,
    cardData,
  };
}

/** A refusal in the provider's own sentence. */
function unproven(
  refusal: SignatureRefusal,
  { sentences, obstacleOf }: WebhookSource,
): Refused {
  const detail = sentences[refusal];
  const cause = obstacleOf?.(refusal);
  return {
    accepted: false,
    refusal,
    ...detail !== undefined && { detail },
    ...cause !== undefined && { cause },
  };
}

export function refuse(refusal: Refusal, cause?: unknown): Refused {
  return { accepted: false, refusal, cause };
}

/** What was signed is the body as it was sent: a coded one would have to be stored coded, and read by nobody. */
export function isIdentity(encoding: string | null): boolean {
  return encoding === null || /^(?:identity)?$/i.test(encoding);
}

export function isTooLarge(headers: Headers): boolean {
  return sizeOf(headers) > MAX_HEADER_CHARACTERS;
}

function sizeOf(headers: Headers): number {
  if (headers instanceof ReceivedHeaders) return headers.size;
  let size = 0;
  for (const [name, value] of headers) size += name.length + value.length;
  return size;
}
