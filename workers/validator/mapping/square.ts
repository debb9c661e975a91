/**
 * Square: payments, refunds and disputes, each told whole with the state that it is in now. A payment that is captured at once is
 * never told as approved, so that a completed one says both.
 *
 * @see https://developer.squareup.com/reference/square/payments-api/webhooks
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
import { PAYMENT_FAILED } from "#contracts/events/payment_failed/payment_failed.ts";
import { PAYMENT_REFUNDED } from "#contracts/events/payment_refunded/payment_refunded.ts";
import { readRfc3339 } from "#contracts/rfc3339.ts";
import type { Instrument } from "#contracts/events/payment_fields.ts";
import type { JsonObject } from "#contracts/parse.ts";
import { cardOf } from "./card.ts";
import { declines } from "./decline.ts";
import { squareExponents as exponents } from "./exponents/square.ts";
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

export const square: Mapping = {
  provider: "square",
  version: 1,
  form: "json",
  noPayment: new Set([
    "dispute.evidence.added",
    "dispute.evidence.created",
    "dispute.evidence.deleted",
    "dispute.evidence.removed",
    "order.created",
    "order.fulfillment.updated",
    "order.updated",
    "payout.failed",
    "payout.paid",
    "payout.sent",
  ]),
  familyOf: familyByPrefix(
    ["payment", "payment"],
    ["refund", "refund"],
    ["dispute", "dispute"],
    ["payout", "payout"],
    ["order", "order"],
    ["invoice", "invoice"],
    ["subscription", "subscription"],
    ["customer", "customer"],
    ["merchant", "account"],
    ["location", "account"],
    ["oauth", "account"],
  ),
  map({ body }) {
    const type = requiredText(body, "type");
    switch (type) {
      case "payment.created":
      case "payment.updated":
        return ofPayment(body, type);
      case "refund.created":
      case "refund.updated":
        return ofRefund(body, type);
      case "dispute.created":
      case "dispute.state.changed":
      case "dispute.state.updated":
        return ofDispute(body, type);
      default:
        return [{ kind: "other", type }];
    }
  },
};

function ofPayment(body: JsonObject, type: string): Item[] {
  const payment = requiredObject(body, "data", "object", "payment");
  const id = requiredText(payment, "id");
  const status = requiredText(payment, "status");
  const at = requiredTime(payment, ["updated_at"], ["created_at"]);
  const payload = present({
    ...common(body, type),
    payment_id: id,
    ...orderIdIn(body, id, ["data", "object", "payment", "order_id"]),
    customer_id: textAt(payment, "customer_id"),
    instrument: instrumentOf(payment),
  });
  // With the tip, which a seller may add after the approval.
  const whole = () => moneyIn(payment, "total_money", "amount_money");
  const approved = () =>
    moneyIn(payment, "approved_money", "total_money", "amount_money");
  const timeline = (step: string) =>
    timeAt(payment, "card_details", "card_payment_timeline", step) ?? at;
  const authorized = (): Fact => ({
    type: PAYMENT_AUTHORIZED,
    id: `payment:${id}:authorized`,
    at: timeline("authorized_at"),
    money: approved(),
    payload: {
      ...payload,
      provider_auth_id: textAt(payment, "card_details", "auth_result_code") ??
        id,
    },
  });
  switch (status) {
    case "APPROVED":
      return [told(authorized(), type)];
    case "COMPLETED":
      return [
        told(authorized(), type),
        told({
          type: PAYMENT_CAPTURED,
          id: `payment:${id}:captured`,
          at: timeline("captured_at"),
          money: whole(),
          payload: { ...payload, capture_id: id, final: true },
        }, type),
      ];
    case "CANCELED":
      return [
        told({
          type: PAYMENT_CANCELED,
          id: `payment:${id}:canceled`,
          at: timeline("voided_at"),
          money: approved(),
          payload: {
            ...payload,
            cause: isExpired(payment, at) ? "expired" : "merchant",
          },
        }, type),
      ];
    case "FAILED":
      return [
        told({
          type: PAYMENT_FAILED,
          id: `payment:${id}:failed`,
          at,
          money: whole(),
          payload: present({
            ...payload,
            stage: "authorize" as const,
            decline: declineOf(
              textAt(payment, "card_details", "errors", 0, "code"),
            ),
          }),
        }, type),
      ];
    // Not paid yet.
    case "PENDING":
      return [{ kind: "no_payment", type }];
    default:
      return [{ kind: "other", type: `${type}:${status}` }];
  }
}

function ofRefund(body: JsonObject, type: string): Item[] {
  const refund = requiredObject(body, "data", "object", "refund");
  const id = requiredText(refund, "id");
  const status = requiredText(refund, "status");
  const at = requiredTime(refund, ["updated_at"], ["created_at"]);
  const fact = () => {
    // A refund without a payment (`unlinked`) is a payment of its own.
    const payment_id = textAt(refund, "payment_id") ?? id;
    return {
      at,
      money: moneyIn(refund, "amount_money"),
      payload: present({
        ...common(body, type),
        payment_id,
        ...orderIdIn(body, payment_id, [
          "data",
          "object",
          "refund",
          "order_id",
        ]),
      }),
    };
  };
  switch (status) {
    case "COMPLETED": {
      const { payload, ...of } = fact();
      return [
        told({
          type: PAYMENT_REFUNDED,
          id: `refund:${id}`,
          ...of,
          payload: { ...payload, refund_id: id },
        }, type),
      ];
    }
    case "FAILED":
    case "REJECTED": {
      const { payload, ...of } = fact();
      return [
        told({
          type: PAYMENT_FAILED,
          id: `refund:${id}:failed`,
          ...of,
          payload: { ...payload, ...failedAt("refund", id) },
        }, type),
      ];
    }
    case "PENDING":
    case "CANCELED":
      return [{ kind: "no_payment", type }];
    default:
      return [{ kind: "other", type: `${type}:${status}` }];
  }
}

function ofDispute(body: JsonObject, type: string): Item[] {
  const dispute = requiredObject(body, "data", "object", "dispute");
  const theirs = requiredText(dispute, "state");
  const state = disputeStates.get(theirs);
  if (state === undefined) {
    return [{ kind: "other", type: `${type}:${theirs}` }];
  }
  // What older versions of the API call it.
  const key = textAt(dispute, "id") === undefined ? "dispute_id" : "id";
  const id = requiredText(dispute, key);
  const payment_id = requiredText(dispute, "disputed_payment", "payment_id");
  const reason_code = textAt(dispute, "reason");
  return [
    told({
      type: PAYMENT_DISPUTED,
      id: `dispute:${id}:${state}`,
      at: requiredTime(dispute, ["updated_at"], ["created_at"]),
      money: moneyIn(dispute, "amount_money"),
      payload: present({
        ...common(body, type),
        payment_id,
        ...orderIdIn(dispute, payment_id),
        dispute_id: id,
        state,
        reason_class: disputeClasses.get(reason_code ?? ""),
        reason_code,
        due_at: timeAt(dispute, "due_at"),
      }),
    }, type),
  ];
}

function common(body: JsonObject, type: string) {
  return {
    provider_event_type: type,
    provider_event_id: textAt(body, "event_id"),
    merchant_id: textAt(body, "merchant_id"),
  };
}

/** The first of these that there is. */
function moneyIn(object: JsonObject, ...names: readonly string[]): Money {
  const name = names.find((one) => valueAt(object, one, "amount") != null) ??
    names.at(-1) ?? "";
  return moneyOfMinorUnits({
    value: valueAt(object, name, "amount"),
    currency: valueAt(object, name, "currency"),
    path: `${name}.amount`,
    exponents,
  });
}

function instrumentOf(payment: JsonObject): Instrument | undefined {
  const source = textAt(payment, "source_type");
  if (source === "CARD") {
    const of = (key: string) => textAt(payment, "card_details", "card", key);
    return cardOf({
      brand: of("card_brand"),
      bin: of("bin"),
      last4: of("last_4"),
      fingerprint: of("fingerprint"),
      funding: of("card_type"),
    });
  }
  if (source === undefined) return undefined;
  return { kind: kinds.get(source) ?? "other" };
}

const kinds = new Map<string, Instrument["kind"]>([
  ["BANK_ACCOUNT", "bank"],
  ["WALLET", "wallet"],
]);

/** Square gives an approval up by itself once its time is over, if it was told to. */
function isExpired(payment: JsonObject, at: string): boolean {
  if (textAt(payment, "delay_action") !== "CANCEL") return false;
  const until = readRfc3339(timeAt(payment, "delayed_until") ?? "");
  const then = readRfc3339(at);
  return until.ok && then.ok && then.ms >= until.ms;
}

type State = PaymentDisputedFields["state"];

const disputeStates = new Map<string, State>([
  ["INQUIRY_EVIDENCE_REQUIRED", "inquiry"],
  ["INQUIRY_PROCESSING", "inquiry"],
  ["INQUIRY_CLOSED", "closed"],
  ["EVIDENCE_REQUIRED", "opened"],
  ["PROCESSING", "opened"],
  ["WON", "won"],
  ["LOST", "lost"],
  // By the seller: the money stays with the buyer.
  ["ACCEPTED", "lost"],
]);

const disputeClasses = new Map<string, (typeof disputeReasons)[number]>([
  ["AMOUNT_DIFFERS", "processing_error"],
  ["CANCELLED", "subscription_canceled"],
  ["CUSTOMER_REQUESTS_CREDIT", "credit_not_processed"],
  ["DUPLICATE", "duplicate"],
  ["EMV_LIABILITY_SHIFT", "fraud"],
  ["NO_KNOWLEDGE", "fraud"],
  ["NOT_AS_DESCRIBED", "not_as_described"],
  ["NOT_RECEIVED", "not_received"],
  ["PAID_BY_OTHER_MEANS", "duplicate"],
]);

/** @see https://developer.squareup.com/docs/payments-api/error-codes */
const declineOf = declines({
  hard: "CARD_NOT_SUPPORTED INVALID_ACCOUNT TRANSACTION_LIMIT",
  soft:
    "GENERIC_DECLINE INSUFFICIENT_FUNDS CARD_DECLINED CARD_DECLINED_CALL_ISSUER VOICE_FAILURE",
  authentication: "CARD_DECLINED_VERIFICATION_REQUIRED",
  fraud: "ALLOWABLE_PIN_TRIES_EXCEEDED BLOCKED_BY_BLOCKLIST PAN_FAILURE",
  data:
    "ADDRESS_VERIFICATION_FAILURE BAD_EXPIRATION CARD_EXPIRED CVV_FAILURE EXPIRATION_FAILURE INVALID_CARD INVALID_CARD_DATA INVALID_EXPIRATION INVALID_PIN",
  technical:
    "GATEWAY_TIMEOUT INTERNAL_SERVER_ERROR SERVICE_UNAVAILABLE TEMPORARY_ERROR",
});
