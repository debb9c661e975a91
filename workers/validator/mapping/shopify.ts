/**
 * Shopify: transactions of orders, and disputes. Which of them it is says a header, which nobody signs; what a transaction is
 * stands in its body. An order is what all of its transactions and disputes share, so it is the payment.
 *
 * @see https://shopify.dev/docs/api/webhooks
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
import { nonBlank } from "#contracts/fields.ts";
import { cardOf } from "./card.ts";
import { declines } from "./decline.ts";
import { isoExponents as exponents } from "./exponents/iso.ts";
import { familyByPrefix } from "./families.ts";
import { present, requiredText, textAt, valueAt } from "./fields.ts";
import type { Fact, Item, Mapping, Webhook } from "./mapping.ts";
import { moneyOfDecimal } from "./money.ts";
import { numbersAsWritten } from "./numbers_as_written.ts";
import { orderIdIn } from "./order_id.ts";
import { dayOrTimeAt, requiredTime } from "./times.ts";
import { told } from "./told.ts";
import { unreadable } from "./unreadable.ts";
import { failedAt } from "./failed_at.ts";

const TRANSACTION = "order_transactions/create";

export const shopify: Mapping = {
  provider: "shopify",
  version: 1,
  form: "json",
  noPayment: new Set([
    "app/uninstalled",
    "orders/cancelled",
    "orders/create",
    "orders/delete",
    "orders/edited",
    "orders/fulfilled",
    "orders/paid",
    "orders/partially_fulfilled",
    "orders/risk_assessment_changed",
    "orders/updated",
    // Each of its transactions is told by itself, as any other: money is counted there alone.
    "refunds/create",
    "shop/update",
  ]),
  familyOf: familyByPrefix(
    ["order_transactions/", "payment"],
    ["refunds/", "refund"],
    ["disputes/", "dispute"],
    ["orders/", "order"],
    ["draft_orders/", "order"],
    ["checkouts/", "order"],
    ["fulfillment", "order"],
    ["customer", "customer"],
    ["subscription_", "subscription"],
    ["shop/", "account"],
    ["app", "account"],
  ),
  map(webhook) {
    const type = nonBlank(webhook.header("x-shopify-topic"));
    if (type === undefined) {
      throw unreadable("x-shopify-topic", "must be there");
    }
    switch (type) {
      case TRANSACTION:
        return ofTransaction(webhook);
      case "disputes/create":
      case "disputes/update":
        return ofDispute(webhook, type);
      default:
        return [{ kind: "other", type }];
    }
  },
};

function ofTransaction(webhook: Webhook): Item[] {
  const type = TRANSACTION;
  // Ids may have more digits than a double.
  const body = numbersAsWritten(webhook.text);
  const kind = requiredText(body, "kind");
  const status = requiredText(body, "status");
  if (unfinished.has(status) || kind === "suggested_refund") {
    return [{ kind: "no_payment", type }];
  }
  // A shop's test mode signs with the same secret, and moves no money.
  if (valueAt(body, "test") === true) return [{ kind: "no_payment", type }];
  const id = requiredText(body, "id");
  const payment_id = requiredText(body, "order_id");
  const of = {
    at: requiredTime(body, ["processed_at"], ["created_at"]),
    money: moneyIn(webhook),
  };
  const payload = present({
    ...common(webhook, type),
    payment_id,
    ...orderIdIn(body, payment_id, ["order_id"]),
    instrument: instrumentOf(body),
  });
  const authorized: Fact = {
    type: PAYMENT_AUTHORIZED,
    id: `transaction:${id}:authorized`,
    ...of,
    payload: {
      ...payload,
      provider_auth_id: textAt(body, "authorization") ?? id,
    },
  };
  const captured: Fact = {
    type: PAYMENT_CAPTURED,
    id: `transaction:${id}:captured`,
    ...of,
    payload: { ...payload, capture_id: id },
  };
  if (status !== "success") {
    const stage = stages.get(kind);
    if (stage === undefined) return [{ kind: "no_payment", type }];
    return [
      told({
        type: PAYMENT_FAILED,
        id: `transaction:${id}:failed`,
        ...of,
        payload: present({
          ...payload,
          ...failedAt(stage, id),
          decline: declineOf(textAt(body, "error_code")),
        }),
      }, type),
    ];
  }
  switch (kind) {
    case "authorization":
    case "emv_authorization":
      return [told(authorized, type)];
    case "capture":
      return [told(captured, type)];
    case "sale":
      return [told(authorized, type), told(captured, type)];
    case "refund":
      return [
        told({
          type: PAYMENT_REFUNDED,
          id: `transaction:${id}:refunded`,
          ...of,
          payload: { ...payload, refund_id: id },
        }, type),
      ];
    case "void": {
      const canceled: Fact = {
        type: PAYMENT_CANCELED,
        id: `transaction:${id}:canceled`,
        ...of,
        payload: { ...payload, cause: "merchant" },
      };
      // Of an amount of 0 it gives up something all the same, and does not say how much.
      return told(canceled, type).kind === "fact"
        ? [told(canceled, type)]
        : [{ kind: "other", type: `${type}:void` }];
    }
    default:
      return [{ kind: "other", type: `${type}:${kind}` }];
  }
}

const unfinished = new Set(["pending", "awaiting_response"]);

/** A void that failed leaves everything as it was. */
const stages = new Map<string, PaymentFailedFields["stage"]>([
  ["authorization", "authorize"],
  ["emv_authorization", "authorize"],
  ["sale", "authorize"],
  ["capture", "capture"],
  ["refund", "refund"],
]);

function ofDispute(webhook: Webhook, type: string): Item[] {
  const body = numbersAsWritten(webhook.text);
  const status = requiredText(body, "status");
  const isInquiry = requiredText(body, "type") === "inquiry";
  const known = disputeStates.get(status);
  if (known === undefined) {
    return [{ kind: "other", type: `${type}:${status}` }];
  }
  const state = known === "opened" && isInquiry ? "inquiry" : known;
  const id = requiredText(body, "id");
  // Of what was paid outside of Shopify's orders there is none.
  const payment_id = textAt(body, "order_id") ?? `dispute:${id}`;
  const reason = textAt(body, "reason");
  return [
    told({
      type: PAYMENT_DISPUTED,
      id: `dispute:${id}:${state}`,
      // Of one that is not over there is only when it began.
      at: requiredTime(body, ["finalized_on"], ["initiated_at"]),
      money: moneyIn(webhook),
      payload: present({
        ...common(webhook, type),
        payment_id,
        ...orderIdIn(body, payment_id, ["order_id"]),
        dispute_id: id,
        state,
        reason_class: disputeClasses.get(reason ?? ""),
        reason_code: textAt(body, "network_reason_code") ?? reason,
        due_at: dayOrTimeAt(body, "evidence_due_by"),
      }),
    }, type),
  ];
}

function common(webhook: Webhook, type: string) {
  const [provider_event_id, merchant_id] = [
    nonBlank(webhook.header("x-shopify-event-id")),
    nonBlank(webhook.header("x-shopify-shop-domain")),
  ];
  return present({
    provider_event_type: type,
    provider_event_id,
    merchant_id,
    unsigned: Object.keys(
      present({ provider_event_type: type, provider_event_id, merchant_id }),
    ),
  });
}

function moneyIn({ body }: Webhook) {
  return moneyOfDecimal({
    value: body.amount,
    currency: body.currency,
    path: "amount",
    exponents,
  });
}

function instrumentOf(body: unknown): Instrument | undefined {
  const of = (key: string) => textAt(body, "payment_details", key);
  const number = of("credit_card_number");
  if (number === undefined) {
    const gateway = textAt(body, "gateway");
    return gateway === undefined
      ? undefined
      : { kind: "other", brand: gateway };
  }
  return cardOf({
    brand: of("credit_card_company"),
    bin: of("credit_card_bin"),
    // "•••• •••• •••• 1234"
    last4: number.slice(-4),
  });
}

type State = PaymentDisputedFields["state"];

const disputeStates = new Map<string, State>([
  ["needs_response", "opened"],
  ["under_review", "opened"],
  ["won", "won"],
  ["lost", "lost"],
  ["accepted", "lost"],
  // The merchant gave it back, and it came to nothing more.
  ["charge_refunded", "closed"],
]);

const disputeClasses = new Map<string, (typeof disputeReasons)[number]>([
  ["bank_not_process", "processing_error"],
  ["bank_cannot_process", "processing_error"],
  ["credit_not_processed", "credit_not_processed"],
  ["customer_initiated", "general"],
  ["debit_not_authorized", "authorization"],
  ["duplicate", "duplicate"],
  ["fraudulent", "fraud"],
  ["general", "general"],
  ["incorrect_account_details", "processing_error"],
  ["insufficient_funds", "processing_error"],
  ["product_not_received", "not_received"],
  ["product_unacceptable", "not_as_described"],
  ["subscription_canceled", "subscription_canceled"],
  ["unrecognized", "fraud"],
]);

/** @see https://shopify.dev/docs/api/admin-rest/latest/resources/transaction */
const declineOf = declines({
  soft: "call_issuer card_declined generic_error insufficient_funds",
  authentication: "authentication_required amazon_payments_stale",
  fraud: "fraud_suspected pick_up_card lost_card stolen_card",
  data:
    "expired_card incorrect_address incorrect_cvc incorrect_number incorrect_pin incorrect_zip invalid_cvc invalid_expiry_date invalid_number",
  hard: "invalid_amount invalid_country payment_method_unavailable",
  technical: "config_error processing_error",
});
