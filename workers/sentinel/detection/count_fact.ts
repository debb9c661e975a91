import { declineClasses } from "#contracts/events/payment_fields.ts";
import { PAYMENT_AUTHORIZED } from "#contracts/events/payment_authorized/payment_authorized.ts";
import { PAYMENT_DISPUTED } from "#contracts/events/payment_disputed/payment_disputed.ts";
import { PAYMENT_FAILED } from "#contracts/events/payment_failed/payment_failed.ts";
import { isJsonObject } from "#contracts/parse.ts";
import { readRfc3339 } from "#contracts/rfc3339.ts";
import { amountBucket, type Counts, noCounts } from "./counts.ts";
import type { Path } from "./segment.ts";
import { minuteOf } from "./slots.ts";

export type Counted = {
  readonly timeMs: number;
  readonly minute: number;
  readonly path: Path;
  readonly counts: Counts;
};

/** Names of a segment are no longer than these characters: whoever sends a long one fills no memory with it. */
const LONGEST_NAME = 64;

/** Sums of amounts above this would lose digits: the amount counts as this much. */
const LARGEST_AMOUNT = 1e6;

/**
 * What one fact adds to the counts of its minute and segment. A payment is an authorization, or a failure to get one.
 *
 * @param event as contracts have it; fields that only they ask for may be absent
 * @param isDuplicate whether it was there before: then it counts as that alone
 * @returns `undefined` if it says no time
 */
export function countFact(
  event: unknown,
  isDuplicate = false,
): Counted | undefined {
  if (!isJsonObject(event)) return undefined;
  const time = typeof event.timestamp === "string"
    ? readRfc3339(event.timestamp)
    : undefined;
  if (!time?.ok) return undefined;
  const payload = isJsonObject(event.payload) ? event.payload : {};
  const counts = noCounts();
  counts.of.facts = 1;
  if (isDuplicate) counts.of.duplicates = 1;
  else countKind(counts, event.event_type, payload);
  return {
    timeMs: time.ms,
    minute: minuteOf(time.ms),
    path: factPath(event.source, payload),
    counts,
  };
}

type Payload = Readonly<Record<string, unknown>>;

function countKind(counts: Counts, type: unknown, payload: Payload): void {
  if (type === PAYMENT_AUTHORIZED) countPayment(counts, payload);
  if (type === PAYMENT_DISPUTED && isNewDispute(payload.state)) {
    counts.of.disputes = 1;
  }
  if (type !== PAYMENT_FAILED) return;
  if (payload.stage !== undefined && payload.stage !== "authorize") return;
  countPayment(counts, payload);
  counts.of.failed = 1;
  counts.of[`declines_${declineClass(payload.decline)}`] = 1;
}

function isNewDispute(state: unknown): boolean {
  return state === undefined || state === "opened";
}

function declineClass(decline: unknown): (typeof declineClasses)[number] {
  const given = isJsonObject(decline) ? decline.class : undefined;
  return declineClasses.find((known) => known === given) ?? "unknown";
}

function countPayment(
  counts: Counts,
  { amount, currency }: Payload,
): void {
  counts.of.payments = 1;
  if (typeof amount !== "number" || !(amount > 0)) return;
  counts.amounts[String(amountBucket(amount))] = 1;
  counts.money[isCode(currency) ? currency : "unknown"] = {
    count: 1,
    sum: Math.round(Math.min(amount, LARGEST_AMOUNT) * 1e6),
  };
}

/** Whose the fact is: by its payload, or else by its source, `stripe:default`. */
export function factPath(source: unknown, payload: Payload): Path {
  const [from, account] = typeof source === "string" ? source.split(":") : [];
  return [
    name(payload.provider ?? from),
    name(payload.account ?? account ?? "default"),
    name(payload.currency),
    familyOf(payload.instrument),
  ];
}

/** What pays: its kind, and a card's brand. */
function familyOf(instrument: unknown): string {
  if (!isJsonObject(instrument)) return "unknown";
  const { kind, brand } = instrument;
  return kind === "card" && typeof brand === "string"
    ? name(`card ${brand}`)
    : name(kind);
}

/** What is cut off must not leave half of a character: no UTF-8 has one. */
function name(given: unknown): string {
  return typeof given === "string" && given !== ""
    ? given.slice(0, LONGEST_NAME).toWellFormed()
    : "unknown";
}

/** Facts of a file may have anything in the place of a currency. */
function isCode(currency: unknown): currency is string {
  return typeof currency === "string" && /^[A-Z]{3}$/.test(currency);
}
