/**
 * Razorpay: entities in an envelope, with the time in Unix seconds. The id of the event stands in a header, which nobody signs.
 *
 * @see https://razorpay.com/docs/webhooks/payments/
 * @module
 */
import { PAYMENT_AUTHORIZED } from "#contracts/events/payment_authorized/payment_authorized.ts";
import { PAYMENT_CANCELED } from "#contracts/events/payment_canceled/payment_canceled.ts";
import { PAYMENT_CAPTURED } from "#contracts/events/payment_captured/payment_captured.ts";
import {
  PAYMENT_DISPUTED,
  type PaymentDisputedFields,
} from "#contracts/events/payment_disputed/payment_disputed.ts";
import { PAYMENT_FAILED } from "#contracts/events/payment_failed/payment_failed.ts";
import { PAYMENT_REFUNDED } from "#contracts/events/payment_refunded/payment_refunded.ts";
import type { Instrument } from "#contracts/events/payment_fields.ts";
import { nonBlank } from "#contracts/fields.ts";
import type { JsonObject } from "#contracts/parse.ts";
import { cardOf } from "./card.ts";
import { declines } from "./decline.ts";
import { razorpayExponents as exponents } from "./exponents/razorpay.ts";
import { familyByPrefix } from "./families.ts";
import {
  present,
  requiredObject,
  requiredSeconds,
  requiredText,
  textAt,
  valueAt,
} from "./fields.ts";
import type { Fact, Item, Mapping, Webhook } from "./mapping.ts";
import { type Money, moneyOfMinorUnits } from "./money.ts";
import { orderIdIn } from "./order_id.ts";
import { told } from "./told.ts";
import { failedAt } from "./failed_at.ts";

export const razorpay: Mapping = {
  provider: "razorpay",
  version: 1,
  form: "json",
  noPayment: new Set([
    "invoice.expired",
    "invoice.paid",
    "invoice.partially_paid",
    "order.notification.delivered",
    "order.notification.failed",
    "order.paid",
    "payment.downtime.resolved",
    "payment.downtime.started",
    "payment.downtime.updated",
    "payment_link.cancelled",
    "payment_link.expired",
    "payment_link.paid",
    "payment_link.partially_paid",
    "refund.created",
    "refund.speed_changed",
    "settlement.processed",
    "subscription.activated",
    "subscription.authenticated",
    "subscription.cancelled",
    "subscription.charged",
    "subscription.completed",
    "subscription.halted",
    "subscription.paused",
    "subscription.pending",
    "subscription.resumed",
    "subscription.updated",
  ]),
  familyOf: familyByPrefix(
    ["payment.dispute.", "dispute"],
    ["payment", "payment"],
    ["refund", "refund"],
    ["order", "order"],
    ["invoice", "invoice"],
    ["subscription", "subscription"],
    ["settlement", "payout"],
    ["payout", "payout"],
    ["account", "account"],
    ["fund_account", "account"],
  ),
  map(webhook) {
    const type = requiredText(webhook.body, "event");
    const state = disputeStates.get(type);
    if (state !== undefined) return [ofDispute(webhook, type, state)];
    switch (type) {
      case "payment.authorized":
      case "payment.captured":
      case "payment.failed":
        return ofPayment(webhook, type);
      case "refund.processed":
      case "refund.failed":
        return [ofRefund(webhook, type)];
      default:
        return [{ kind: "other", type }];
    }
  },
};

function ofPayment(webhook: Webhook, type: string): Item[] {
  const payment = entityIn(webhook.body, "payment");
  const id = requiredText(payment, "id");
  const at = requiredSeconds(webhook.body, "created_at");
  const money = moneyIn(payment, "payment");
  const payload = present({
    ...common(webhook, type),
    payment_id: id,
    ...orderIdIn(webhook.body, id, ORDER),
    customer_id: textAt(payment, "customer_id"),
    instrument: instrumentOf(payment),
  });
  if (type === "payment.failed") {
    return [
      told({
        type: PAYMENT_FAILED,
        id: `payment:${id}:failed`,
        at,
        money,
        payload: present({
          ...payload,
          stage: "authorize" as const,
          decline: declineIn(payment),
        }),
      }, type),
    ];
  }
  const authorized: Fact = {
    type: PAYMENT_AUTHORIZED,
    id: `payment:${id}:authorized`,
    at,
    money,
    payload: {
      ...payload,
      provider_auth_id: textAt(payment, "acquirer_data", "auth_code") ?? id,
    },
  };
  const captured: Fact = {
    type: PAYMENT_CAPTURED,
    id: `payment:${id}:captured`,
    at,
    money,
    payload: { ...payload, capture_id: id, final: true },
  };
  if (type === "payment.captured") return [told(captured, type)];
  // A payment that is captured at once may be so by the time its approval is told.
  return payment.captured === true
    ? [told(authorized, type), told(captured, type)]
    : [told(authorized, type)];
}

function ofRefund(webhook: Webhook, type: string): Item {
  const refund = entityIn(webhook.body, "refund");
  const id = requiredText(refund, "id");
  const payment_id = requiredText(refund, "payment_id");
  const fact = {
    at: requiredSeconds(webhook.body, "created_at"),
    money: moneyIn(refund, "refund"),
  };
  const payload = present({
    ...common(webhook, type),
    payment_id,
    ...orderIdIn(webhook.body, payment_id, ORDER),
  });
  if (type === "refund.failed") {
    return told({
      type: PAYMENT_FAILED,
      id: `refund:${id}:failed`,
      ...fact,
      payload: { ...payload, ...failedAt("refund", id) },
    }, type);
  }
  // Razorpay gives back by itself what nobody captured in time, and calls that a refund.
  const nothingWasTaken =
    valueAt(webhook.body, "payload", "payment", "entity", "captured") === false;
  return nothingWasTaken
    ? told({
      type: PAYMENT_CANCELED,
      id: `refund:${id}`,
      ...fact,
      payload: { ...payload, cause: "expired" },
    }, type)
    : told({
      type: PAYMENT_REFUNDED,
      id: `refund:${id}`,
      ...fact,
      payload: { ...payload, refund_id: id },
    }, type);
}

function ofDispute(webhook: Webhook, type: string, known: State): Item {
  const dispute = entityIn(webhook.body, "dispute");
  const id = requiredText(dispute, "id");
  const payment_id = requiredText(dispute, "payment_id");
  const state = known === "opened" && isInquiry(dispute) ? "inquiry" : known;
  return told({
    type: PAYMENT_DISPUTED,
    id: `dispute:${id}:${state}`,
    at: requiredSeconds(webhook.body, "created_at"),
    money: moneyIn(dispute, "dispute"),
    payload: present({
      ...common(webhook, type),
      payment_id,
      ...orderIdIn(webhook.body, payment_id, ORDER),
      dispute_id: id,
      state,
      reason_code: textAt(dispute, "reason_code"),
      due_at: typeof dispute.respond_by === "number"
        ? requiredSeconds(dispute, "respond_by")
        : undefined,
    }),
  }, type);
}

/** The payment goes with its refunds and disputes, too. */
const ORDER = ["payload", "payment", "entity", "order_id"];

function entityIn(body: JsonObject, name: string): JsonObject {
  return requiredObject(body, "payload", name, "entity");
}

function common(webhook: Webhook, type: string) {
  const provider_event_id = nonBlank(webhook.header("x-razorpay-event-id"));
  return {
    provider_event_type: type,
    provider_event_id,
    merchant_id: textAt(webhook.body, "account_id"),
    unsigned: provider_event_id === undefined
      ? undefined
      : ["provider_event_id"],
  };
}

function moneyIn(entity: JsonObject, name: string): Money {
  return moneyOfMinorUnits({
    value: entity.amount,
    currency: entity.currency,
    path: `payload.${name}.entity.amount`,
    exponents,
  });
}

function instrumentOf(payment: JsonObject): Instrument | undefined {
  const method = textAt(payment, "method");
  if (method === undefined) return undefined;
  const of = (key: string) => textAt(payment, "card", key);
  return method === "card" || method === "emi"
    ? cardOf({
      brand: of("network"),
      bin: of("iin"),
      last4: of("last4"),
      funding: of("type"),
    })
    : { kind: kinds.get(method) ?? "other" };
}

const kinds = new Map<string, Instrument["kind"]>([
  ["bank_transfer", "bank"],
  ["emandate", "bank"],
  ["nach", "bank"],
  ["netbanking", "bank"],
  ["upi", "bank"],
  ["wallet", "wallet"],
]);

type State = PaymentDisputedFields["state"];

/** What is looked at, or wants more evidence, is open as before. */
const disputeStates = new Map<string, State>([
  ["payment.dispute.created", "opened"],
  ["payment.dispute.under_review", "opened"],
  ["payment.dispute.action_required", "opened"],
  ["payment.dispute.won", "won"],
  ["payment.dispute.lost", "lost"],
  ["payment.dispute.closed", "closed"],
]);

/** A bank that asks, or warns of fraud, has not charged anything back. */
function isInquiry(dispute: JsonObject): boolean {
  const phase = textAt(dispute, "phase");
  return phase === "retrieval" || phase === "fraud";
}

function declineIn(payment: JsonObject) {
  const decline = declineOf(
    textAt(payment, "error_reason") ?? textAt(payment, "error_code"),
  );
  return decline?.class === "unknown" &&
      textAt(payment, "error_step") === "payment_authentication"
    ? { ...decline, class: "authentication", advice: "authenticate" } as const
    : decline;
}

/** @see https://razorpay.com/docs/errors/payments/cards/ */
const declineOf = declines({
  hard:
    "bank_account_invalid card_not_enrolled card_not_supported debit_declined_by_bank international_transaction_not_allowed",
  soft:
    "card_declined insufficient_funds payment_declined transaction_daily_limit_exceeded transaction_limit_exceeded",
  authentication: "incorrect_otp incorrect_pin invalid_otp otp_expired",
  fraud: "card_blocked payment_risk_check_failed",
  data:
    "card_expired incorrect_card_details incorrect_card_expiry_date incorrect_card_number incorrect_cvv invalid_vpa",
  technical:
    "bank_technical_error gateway_technical_error payment_timed_out server_error GATEWAY_ERROR SERVER_ERROR",
});
