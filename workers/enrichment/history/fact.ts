import { readRfc3339 } from "#contracts/rfc3339.ts";
import { PAYMENT_AUTHORIZED } from "#contracts/events/payment_authorized/payment_authorized.ts";
import { PAYMENT_CANCELED } from "#contracts/events/payment_canceled/payment_canceled.ts";
import { PAYMENT_CAPTURED } from "#contracts/events/payment_captured/payment_captured.ts";
import { PAYMENT_DISPUTED } from "#contracts/events/payment_disputed/payment_disputed.ts";
import { PAYMENT_FAILED } from "#contracts/events/payment_failed/payment_failed.ts";
import { PAYMENT_REFUNDED } from "#contracts/events/payment_refunded/payment_refunded.ts";
import { type EntityKey, entityKey, paymentKey } from "./entity_key.ts";
import { hash53 } from "./hashes.ts";
import { minorUnits } from "./minor_units.ts";

/** `declined`: an authorisation failed. `undone`: a capture or refund that had been told failed afterwards. */
export const factKinds = [
  "authorized",
  "captured",
  "refunded",
  "declined",
  "undone",
  "canceled",
  "disputed",
] as const;
export type FactKind = (typeof factKinds)[number];

/** What the history needs of an event. */
export type Fact = {
  /** Of the payment's memory. */
  readonly payment: string;
  /** A hash of `fact_id`, else of `event_id`: the same fact again has the same. */
  readonly id: number;
  /** Of the mapping that made it; 1 if none did. */
  readonly version: number;
  readonly kind: FactKind;
  readonly atMs: number;
  readonly currency: string;
  readonly minor: number;
  /** Who had part in it, as far as the event says. */
  readonly customer: EntityKey | undefined;
  readonly instrument: EntityKey | undefined;
  readonly merchant: EntityKey | undefined;
  readonly order: EntityKey | undefined;
  /** A hash of what the kind is told apart by: the capture, the refund or the dispute; 0 if there is none. */
  readonly part: number;
  /** Of a dispute: whether the payer says it was not him. */
  readonly isFraud: boolean;
};

/** An event of any type, as far as it is read here: all else in its payload is looked at with care, for older senders say anything. */
export type EventLike = {
  readonly event_id: string;
  readonly event_type: string;
  readonly source: string;
  readonly timestamp: string;
  readonly payload: Readonly<Record<string, unknown>> & {
    readonly payment_id: string;
    readonly order_id?: string;
    readonly amount: number;
    readonly currency: string;
  };
};

export type FactOptions = {
  /** Of the mapping that made the event, by its record's header. */
  readonly version?: number;
  /**
   * When the broker had it, in milliseconds: an event that says a later time is taken to be of this one. Else one wrong clock
   * would make an entity forget all that it was.
   */
  readonly notAfterMs?: number;
  /** In place of the event's source: whose ids these are. */
  readonly scope?: string;
};

/**
 * What the history needs of a valid event.
 *
 * @returns undefined of a type that says nothing of a payment, or of a time that cannot be read
 */
export function factOf(
  event: EventLike,
  { version = 1, notAfterMs = Infinity, scope = event.source }: FactOptions =
    {},
): Fact | undefined {
  const { payload } = event;
  const kind = kindOf(event.event_type, payload);
  const read = readRfc3339(event.timestamp);
  if (kind === undefined || !read.ok) return undefined;
  const of = (kind: Parameters<typeof entityKey>[0], id: string | undefined) =>
    id === undefined ? undefined : entityKey(kind, scope, id);
  return {
    payment: paymentKey(scope, payload.payment_id),
    id: hash53(text(payload, "fact_id") ?? event.event_id),
    version,
    kind,
    // Before 1970 there were no webhooks: a clock that says so is wrong.
    atMs: Math.max(0, Math.min(read.ms, notAfterMs)),
    currency: payload.currency,
    minor: minorUnits(payload.amount, payload.currency),
    customer: of("customer", text(payload, "customer_id")),
    instrument: of("instrument", fingerprintIn(payload)),
    merchant: of("merchant", text(payload, "merchant_id")),
    order: of("order", text(payload, "order_id")),
    part: hashOf(
      text(payload, "capture_id") ?? text(payload, "refund_id") ??
        text(payload, "dispute_id"),
    ),
    isFraud: payload.reason_class === "fraud",
  };
}

const kinds: Readonly<Record<string, FactKind>> = {
  [PAYMENT_AUTHORIZED]: "authorized",
  [PAYMENT_CAPTURED]: "captured",
  [PAYMENT_REFUNDED]: "refunded",
  [PAYMENT_CANCELED]: "canceled",
  [PAYMENT_DISPUTED]: "disputed",
};

function kindOf(
  type: string,
  payload: EventLike["payload"],
): FactKind | undefined {
  if (type !== PAYMENT_FAILED) return kinds[type];
  return payload.stage === "authorize" ? "declined" : "undone";
}

function text(payload: object, key: string): string | undefined {
  const value: unknown = Object.hasOwn(payload, key)
    ? Reflect.get(payload, key)
    : undefined;
  return typeof value === "string" && value !== "" ? value : undefined;
}

function fingerprintIn({ instrument }: EventLike["payload"]) {
  return typeof instrument === "object" && instrument !== null
    ? text(instrument, "fingerprint")
    : undefined;
}

function hashOf(id: string | undefined): number {
  return id === undefined ? 0 : hash53(id);
}
