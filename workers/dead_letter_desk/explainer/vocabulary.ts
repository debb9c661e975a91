/**
 * What may be told of an event to whoever explains: the one table of it. All else is told by type, length and form.
 *
 * A value is told only if what it says is in the closed vocabulary of its place, and a key only if we know it. So nobody can write
 * a sentence into an event that a model would read.
 *
 * @module
 */
import { currencies } from "#contracts/currencies.ts";
import { eventTypeNames } from "#contracts/events/registry.ts";
import { disputeReasons } from "#contracts/events/payment_disputed/payment_disputed.ts";
import {
  declineAdvice,
  declineClasses,
} from "#contracts/events/payment_fields.ts";
import { providerNames } from "#contracts/providers.ts";

/** Places, and what may be told of them. */
const told: Readonly<Record<string, readonly string[] | RegExp>> = {
  "event_type": eventTypeNames,
  "schema_version": /^\d{1,3}(?:\.\d{1,3})?$/,
  "payload.currency": [...currencies.keys()],
  "payload.provider": providerNames,
  "payload.state": ["inquiry", "opened", "won", "lost", "closed"],
  "payload.reason_class": disputeReasons,
  "payload.stage": ["authorize", "capture", "refund"],
  "payload.cause": ["merchant", "expired", "technical"],
  "payload.final": ["true", "false"],
  "payload.decline.class": declineClasses,
  "payload.decline.advice": declineAdvice,
  "payload.instrument.kind": ["card", "wallet", "bank", "other"],
  "payload.instrument.funding": ["credit", "debit", "prepaid"],
  "payload.instrument.issuer_country": /^[a-z]{2}$/,
  "payload.ip_country": /^[a-z]{2}$/,
};

/** Keys of our contracts, of letters' own paths, and those that providers' webhooks have in common. */
const keys = [
  "event_id event_type schema_version source timestamp payload",
  "payment_id order_id provider_auth_id amount currency capture_id refund_id dispute_id final stage state cause",
  "reason_class reason_code due_at decline class code network_code advice",
  "provider provider_event_type provider_event_id fact_id order_id_from merchant_id customer_id unsigned",
  "instrument kind brand bin last4 fingerprint issuer_country funding ip_country risk_score",
  "id type object data event resource entity account created created_at updated_at status reference metadata customer",
  "payment refund capture dispute charge order order_number transaction invoice balance total value currency_code",
  "payment_intent latest_charge outcome reason live amount_money amount_captured amount_refunded resource_type",
  "resource_version summary create_time update_time supplementary_data related_ids notificationItems",
  "NotificationRequestItem additionalData eventCode eventDate pspReference originalReference merchantReference",
  "merchantAccountCode success operations bt_payload bt_signature subject",
].join(" ").split(" ");

/** A text by what it says: its letters, small, and its digits. */
export function spoken(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");
}

const knownKeys: ReadonlySet<string> = new Set(keys.map(spoken));
const toldAt = new Map(
  Object.entries(told).map(([path, may]) => [
    path,
    may instanceof RegExp
      ? (text: string) => may.test(text.trim().toLowerCase())
      : isOneOf(may),
  ]),
);

/** What a sentence could be hidden in is in no word of ours. */
const PLAIN = /^[A-Za-z0-9\s._-]{1,60}$/;

/** A key as it may be told: itself, if it says a word that we know, or how long it is. */
export function toldKey(key: string): string {
  return PLAIN.test(key) && knownKeys.has(spoken(key))
    ? key
    : `‹key of ${key.length} characters›`;
}

/** No place that a contract knows lies deeper. */
const MOST_KEYS = 12;

/** A path as it may be told. Numbers of lists stay; of one that is too deep the end is left out. */
export function toldPath(path: string): string {
  const keys = path.split(".", MOST_KEYS + 1);
  const told = keys.slice(0, MOST_KEYS).map((key) =>
    /^(?:\*|\d{1,9})$/.test(key) ? key : toldKey(key)
  );
  return [...told, ...keys.length > MOST_KEYS ? ["…"] : []].join(".");
}

/** Whether a value may be told as it is. */
export function isTold(path: string, value: string): boolean {
  return PLAIN.test(value) && toldAt.get(path)?.(value) === true;
}

/** Whether only what a value says counts at a place, and not how it is written: it is one of a few words. */
export function isWord(path: string): boolean {
  return path !== "payload.currency" && toldAt.has(path);
}

/** The words that a place may say, as they must be written; none if it is no place of a few words. */
export function wordsAt(path: string): readonly string[] {
  const may = Object.hasOwn(told, path) ? told[path] : undefined;
  return may === undefined || may instanceof RegExp ? [] : may;
}

function isOneOf(words: readonly string[]) {
  const its = new Set(words.map(spoken));
  return (text: string) => its.has(spoken(text));
}
