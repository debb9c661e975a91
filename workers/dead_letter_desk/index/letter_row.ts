import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { amountLiteral } from "#contracts/amount_literal.ts";
import { DeadLetter } from "#contracts/dead_letter.ts";
import { nonBlank } from "#contracts/fields.ts";
import { headers } from "#contracts/headers.ts";
import {
  isJsonObject,
  type JsonObject,
  parseJsonObject,
} from "#contracts/parse.ts";
import { headerText } from "#kafka/headers.ts";
import type { ReceivedRecord, RecordHeader } from "#kafka/port.ts";
import { statedOrigin } from "#kafka/origin.ts";
import {
  coordinatesInHeader,
  type RecordCoordinates,
} from "#kafka/record_coordinates.ts";
import { type Cause, causeOf } from "./cause.ts";
import { providersEventIn } from "./providers_event.ts";

/** What the index keeps of a dead letter. Its bodies stay in Kafka, where its coordinates find them. */
export type LetterRow = {
  readonly partition: number;
  readonly offset: number;
  readonly cause: Cause;
  /** When it was given up: RFC 3339. */
  readonly failedAt: string;
  /** The record that failed. */
  readonly source: RecordCoordinates;
  /** The raw record in whose place it stands; the record itself, if that is not known. */
  readonly origin: RecordCoordinates;
  /** What was sent again to make it, if it came of a replay. */
  readonly replay: Replay | undefined;
  /** The account at the provider that it was sent to. */
  readonly account: string | null;
  /** Of a provider's own webhook: what the provider calls its event. */
  readonly eventType: string | null;
  /** Of several things in the record, which one failed, from 1, and how many there are. */
  readonly item: number | null;
  readonly items: number | null;
  /** Of a provider's own webhook: the provider's id of its event. */
  readonly eventId: string | null;
  /** Of a provider's own webhook: the record's key. */
  readonly paymentId: string | null;
  /** Digit for digit; `null` if the event says none that counts. */
  readonly amount: string | null;
  readonly currency: string | null;
  readonly attempts: number;
  /** Of the whole letter. */
  readonly bytes: number;
  /** Hashes of the texts by which somebody looks for it: see `termOf`. */
  readonly terms: readonly bigint[];
};

/** A replay that failed: what it was of, by which job, and how often that had been sent. */
export type Replay = {
  readonly of: RecordCoordinates;
  readonly job: string;
  readonly nth: number;
};

/** Longer ids are found by their hash, and shown cut. */
const ID_CHARACTERS = 200;

/**
 * What is kept of a record of the dead-letter topic.
 *
 * @returns undefined if the record is no dead letter of EventFlow's
 */
export function letterRow(record: ReceivedRecord): LetterRow | undefined {
  const json = parseJsonObject(record.value);
  const read = json.ok ? DeadLetter.safeParse(json.value) : undefined;
  if (!read?.success) return undefined;
  const letter = read.data;
  const event = isJsonObject(letter.event) ? letter.event : {};
  const payload = isJsonObject(event.payload) ? event.payload : {};
  const account = headerText(record.headers, headers.account);
  // In the provider's own form; what is made of it is in ours.
  const own = account !== undefined && !("schema_version" in event)
    ? providersEventIn(record.headers, letter)
    : undefined;
  const [eventId, paymentId, ...others] = (own === undefined
    ? [
      event.event_id,
      payload.payment_id,
      payload.order_id,
      payload.provider_auth_id,
      payload.provider_event_id,
    ]
    : [own.id, record.key?.toString("utf8")])
    .map((id) => nonBlank(id));
  const source = {
    topic: letter.source_topic,
    partition: letter.source_partition,
    offset: letter.source_offset,
  };
  return {
    partition: record.partition,
    offset: record.offset,
    cause: causeOf(
      letter,
      headerText(record.headers, headers.provider) ?? null,
    ),
    failedAt: letter.timestamp,
    source,
    origin: statedOrigin(record.headers) ?? source,
    replay: replayIn(record.headers),
    account: shown(account),
    eventType: shown(nonBlank(own?.type)),
    item: letter.source_item ?? null,
    items: letter.source_items ?? null,
    eventId: shown(eventId),
    paymentId: shown(paymentId),
    // How a provider writes money is the mapping's to know: what failed there is of no certain amount.
    ...own === undefined
      ? moneyIn(payload, letter.original.value_base64)
      : { amount: null, currency: null },
    attempts: letter.attempts,
    bytes: (record.key?.length ?? 0) + (record.value?.length ?? 0),
    terms: [eventId, paymentId, ...others].flatMap((id) =>
      id === undefined ? [] : [termOf(id)]
    ),
  };
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What a record says of the replay that it came of; undefined if of none that the desk has sent. */
export function replayIn(all: readonly RecordHeader[]): Replay | undefined {
  const of = coordinatesInHeader(all, headers.replayOf);
  const job = headerText(all, headers.replayJob) ?? "";
  const nth = Number(headerText(all, headers.replayNth));
  if (of === undefined || !UUID.test(job)) return undefined;
  return { of, job, nth: Number.isSafeInteger(nth) && nth > 0 ? nth : 1 };
}

/** The first 64 bits of a text's SHA-256, as PostgreSQL's bigint: what is looked for is looked for whole. */
export function termOf(text: string): bigint {
  return createHash("sha256").update(text).digest().readBigInt64BE();
}

/** What is money: no sign, no exponent, and not thousands of digits, which would make sums slow. */
const PLAIN = /^\d{1,40}(?:\.\d{1,40})?$/;

function moneyIn(
  { amount, currency }: JsonObject,
  valueBase64: string | null | undefined,
): Pick<LetterRow, "amount" | "currency"> {
  const none = { amount: null, currency: null };
  if (typeof amount !== "number" || typeof valueBase64 !== "string") {
    return none;
  }
  if (typeof currency !== "string" || !/^[A-Za-z]{3}$/.test(currency)) {
    return none;
  }
  const text = Buffer.from(valueBase64, "base64").toString("utf8");
  const literal = amountLiteral(text);
  return PLAIN.test(literal)
    ? { amount: literal, currency: currency.toUpperCase() }
    : none;
}

/** An id as it is shown. PostgreSQL holds neither NUL nor half a pair of surrogates. */
export function shown(id: string | undefined): string | null {
  return id?.slice(0, ID_CHARACTERS).replaceAll("\0", "\ufffd")
    .toWellFormed() ??
    null;
}
