/**
 * Checkout.com: each action at a payment (`action_id`) is told once, with the amount of this action. When it happened stands in
 * one of several places, with seven digits of a second.
 *
 * @see https://www.checkout.com/docs/developer-resources/event-notifications/event-types
 * @module
 */
import { PAYMENT_AUTHORIZED } from "#contracts/events/payment_authorized/payment_authorized.ts";
import { PAYMENT_CANCELED } from "#contracts/events/payment_canceled/payment_canceled.ts";
import { PAYMENT_CAPTURED } from "#contracts/events/payment_captured/payment_captured.ts";
import {
  type disputeReasons,
  PAYMENT_DISPUTED,
  type PaymentDisputedFields,
} from "#contracts/events/payment_disputed/payment_disputed.ts";
import {
  PAYMENT_FAILED,
  type PaymentFailedFields,
} from "#contracts/events/payment_failed/payment_failed.ts";
import { PAYMENT_REFUNDED } from "#contracts/events/payment_refunded/payment_refunded.ts";
import type { Instrument } from "#contracts/events/payment_fields.ts";
import { isJsonObject, type JsonObject } from "#contracts/parse.ts";
import { cardOf } from "./card.ts";
import { declines } from "./decline.ts";
import { checkoutExponents as exponents } from "./exponents/checkout.ts";
import { familyByPrefix } from "./families.ts";
import {
  present,
  requiredObject,
  requiredText,
  textAt,
  valueAt,
} from "./fields.ts";
import type { Fact, Item, Mapping } from "./mapping.ts";
import { type Money, moneyOfMinorUnits } from "./money.ts";
import { orderIdIn } from "./order_id.ts";
import { requiredTime, timeAt } from "./times.ts";
import { told } from "./told.ts";
import { failedAt } from "./failed_at.ts";

export const checkout: Mapping = {
  provider: "checkout",
  version: 1,
  form: "json",
  noPayment: new Set([
    "authentication_approved",
    "authentication_attempted",
    "authentication_expired",
    "authentication_failed",
    "authentication_started",
    "card_verification_declined",
    "card_verified",
    "dispute_arbitration_sent_to_scheme",
    "dispute_evidence_acknowledged_by_scheme",
    "dispute_evidence_submitted",
    "payment_authorization_increment_declined",
    "payment_capture_pending",
    "payment_compliance_review",
    "payment_paid",
    "payment_pending",
    "payment_refund_pending",
    "payment_retry_scheduled",
    "payment_void_declined",
  ]),
  familyOf: familyByPrefix(
    ["payment_paid", "payout"],
    ["payment_refund", "refund"],
    ["payment", "payment"],
    ["card_verif", "payment"],
    ["authentication", "payment"],
    ["dispute", "dispute"],
    ["payout", "payout"],
  ),
  map({ body }) {
    const type = requiredText(body, "type");
    const dispute = disputeStates.get(type);
    if (dispute !== undefined) return [ofDispute(body, type, dispute)];
    const read = actions.get(type);
    if (read === undefined) return [{ kind: "other", type }];
    const data = requiredObject(body, "data");
    if (isPayout(data)) return [{ kind: "no_payment", type }];
    return [told(read(actionIn(body, data, type)), type)];
  },
};

/** What all tellings of an action say. */
type Action = {
  readonly id: string;
  readonly data: JsonObject;
  readonly at: string;
  readonly money: Money;
  readonly payload: {
    readonly payment_id: string;
    readonly order_id: string;
    readonly order_id_from: string;
    readonly provider_event_type: string;
  };
};

function actionIn(body: JsonObject, data: JsonObject, type: string): Action {
  const payment_id = requiredText(data, "id");
  return {
    id: requiredText(data, "action_id"),
    data,
    at: requiredTime(
      body,
      ["data", "processed_on"],
      ["created_on"],
      ["timestamp"],
    ),
    money: moneyIn(data),
    payload: present({
      ...common(body, type),
      payment_id,
      ...orderIdIn(body, payment_id, ["data", "reference"]),
      customer_id: textAt(data, "customer", "id"),
      instrument: instrumentOf(data),
    }),
  };
}

const authorized = ({ id, data, payload, ...of }: Action): Fact => ({
  type: PAYMENT_AUTHORIZED,
  id: `action:${id}:authorized`,
  ...of,
  payload: {
    ...payload,
    provider_auth_id: textAt(data, "auth_code") ?? id,
  },
});

const failed =
  (stage: PaymentFailedFields["stage"]) =>
  ({ id, data, payload, ...of }: Action): Fact => ({
    type: PAYMENT_FAILED,
    id: `action:${id}:failed`,
    ...of,
    payload: present({
      ...payload,
      ...failedAt(stage, id),
      decline: declineOf(textAt(data, "response_code")),
    }),
  });

const canceled = (cause: "merchant" | "expired") =>
(
  { id, data: _, ...of }: Action,
): Fact => ({
  type: PAYMENT_CANCELED,
  id: `action:${id}:canceled`,
  ...of,
  payload: { ...of.payload, cause },
});

const actions = new Map<string, (action: Action) => Fact>([
  ["payment_approved", authorized],
  // Its amount is what was added.
  ["payment_authorization_incremented", authorized],
  ["payment_captured", ({ id, data, payload, ...of }) => ({
    type: PAYMENT_CAPTURED,
    id: `action:${id}:captured`,
    ...of,
    payload: present({
      ...payload,
      capture_id: id,
      final: valueAt(data, "balances", "available_to_capture") === 0
        ? true
        : undefined,
    }),
  })],
  ["payment_refunded", ({ id, data: _, payload, ...of }) => ({
    type: PAYMENT_REFUNDED,
    id: `action:${id}:refunded`,
    ...of,
    payload: { ...payload, refund_id: id },
  })],
  ["payment_declined", failed("authorize")],
  ["payment_capture_declined", failed("capture")],
  ["payment_refund_declined", failed("refund")],
  ["payment_voided", canceled("merchant")],
  ["payment_expired", canceled("expired")],
]);

function ofDispute(
  body: JsonObject,
  type: string,
  state: PaymentDisputedFields["state"],
): Item {
  const data = requiredObject(body, "data");
  const id = requiredText(data, "id");
  const payment_id = requiredText(data, "payment_id");
  return told({
    type: PAYMENT_DISPUTED,
    id: `dispute:${id}:${state}`,
    at: requiredTime(body, ["timestamp"], ["created_on"], ["data", "date"]),
    money: moneyIn(data),
    payload: present({
      ...common(body, type),
      payment_id,
      ...orderIdIn(body, payment_id, ["data", "payment_reference"]),
      dispute_id: id,
      state,
      reason_class: disputeClasses.get(textAt(data, "category") ?? ""),
      reason_code: textAt(data, "reason_code"),
      due_at: timeAt(data, "evidence_required_by"),
    }),
  }, type);
}

function common(body: JsonObject, type: string) {
  return {
    provider_event_type: type,
    provider_event_id: textAt(body, "id"),
    merchant_id: textAt(body, "data", "entity_id"),
  };
}

/** Approvals, refusals and expiries tell of payouts too: of money that goes to a card, and comes from none. */
function isPayout(data: JsonObject): boolean {
  return isJsonObject(data.destination) && !isJsonObject(data.source);
}

function moneyIn(data: JsonObject): Money {
  return moneyOfMinorUnits({
    value: data.amount,
    currency: data.currency,
    path: "data.amount",
    exponents,
  });
}

function instrumentOf(data: JsonObject): Instrument | undefined {
  const of = (key: string) => textAt(data, "source", key);
  const type = of("type");
  if (type === undefined) return undefined;
  if (type !== "card") {
    return { kind: "other", brand: type };
  }
  return cardOf({
    brand: of("scheme"),
    bin: of("bin"),
    last4: of("last_4"),
    fingerprint: of("fingerprint"),
    funding: of("card_type"),
    issuerCountry: of("issuer_country"),
  });
}

const disputeStates = new Map<string, PaymentDisputedFields["state"]>([
  ["dispute_received", "opened"],
  ["dispute_evidence_required", "opened"],
  ["dispute_won", "won"],
  ["dispute_arbitration_won", "won"],
  // By the bank: the money comes back.
  ["dispute_canceled", "won"],
  ["dispute_lost", "lost"],
  ["dispute_arbitration_lost", "lost"],
  ["dispute_accepted", "lost"],
  ["dispute_expired", "lost"],
  // It was refunded before.
  ["dispute_resolved", "closed"],
]);

const disputeClasses = new Map<string, (typeof disputeReasons)[number]>([
  ["fraudulent", "fraud"],
  ["unrecognized", "fraud"],
  ["canceled_recurring", "subscription_canceled"],
  ["product_service_not_received", "not_received"],
  ["not_as_described", "not_as_described"],
  ["credit_not_issued", "credit_not_processed"],
  ["duplicate", "duplicate"],
  ["incorrect_amount", "processing_error"],
  ["general", "general"],
]);

/**
 * By the range of the code: 20xxx may be tried again, 30xxx may not, 40xxx is of the risk engine. What is to be done otherwise is
 * named.
 *
 * @see https://www.checkout.com/docs/developer-resources/codes/api-response-codes
 */
const declineOf = declines({
  authentication: "20150 20151 20152 20153 20154 20155",
  fraud: "20059 30004 30007 30034 30041 30043",
  data: "20014 20054 20087 30033",
  technical: "20006 20068 20091 20092 20096",
}, (code) => {
  switch (code.slice(0, 2)) {
    case "20":
      return "soft";
    case "30":
      return "hard";
    case "40":
      return "fraud";
    default:
      return "unknown";
  }
});
