/**
 * Paystack: a charge is told once it has been taken. Events have no id: each is called by its kind and the object's id, as the
 * intake does.
 *
 * @see https://paystack.com/docs/payments/webhooks/
 * @module
 */
import { createHash } from "node:crypto";
import { PAYMENT_AUTHORIZED } from "#contracts/events/payment_authorized/payment_authorized.ts";
import { PAYMENT_CAPTURED } from "#contracts/events/payment_captured/payment_captured.ts";
import {
  PAYMENT_DISPUTED,
  type PaymentDisputedFields,
} from "#contracts/events/payment_disputed/payment_disputed.ts";
import { PAYMENT_FAILED } from "#contracts/events/payment_failed/payment_failed.ts";
import { PAYMENT_REFUNDED } from "#contracts/events/payment_refunded/payment_refunded.ts";
import type { Instrument } from "#contracts/events/payment_fields.ts";
import type { JsonObject } from "#contracts/parse.ts";
import { cardOf } from "./card.ts";
import { declines } from "./decline.ts";
import { paystackExponents as exponents } from "./exponents/paystack.ts";
import { familyByPrefix } from "./families.ts";
import { present, requiredObject, requiredText, textAt } from "./fields.ts";
import type { Item, Mapping, Webhook } from "./mapping.ts";
import { type Money, moneyOfMinorUnits } from "./money.ts";
import { orderIdIn } from "./order_id.ts";
import { requiredTime, timeAt } from "./times.ts";
import { told } from "./told.ts";
import { unreadable } from "./unreadable.ts";
import { failedAt } from "./failed_at.ts";

export const paystack: Mapping = {
  provider: "paystack",
  version: 1,
  form: "json",
  noPayment: new Set([
    "customeridentification.failed",
    "customeridentification.success",
    "dedicatedaccount.assign.failed",
    "dedicatedaccount.assign.success",
    "invoice.create",
    "invoice.payment_failed",
    "invoice.update",
    "paymentrequest.pending",
    "paymentrequest.success",
    "refund.needs-attention",
    "refund.pending",
    "refund.processing",
    "subscription.create",
    "subscription.disable",
    "subscription.expiring_cards",
    "subscription.not_renew",
    "transfer.failed",
    "transfer.reversed",
    "transfer.success",
  ]),
  familyOf: familyByPrefix(
    ["charge.dispute.", "dispute"],
    ["charge.", "payment"],
    ["preauthorization.", "payment"],
    ["refund.", "refund"],
    ["transfer.", "payout"],
    ["invoice.", "invoice"],
    ["paymentrequest.", "invoice"],
    ["subscription.", "subscription"],
    ["customeridentification.", "customer"],
    ["dedicatedaccount.", "account"],
  ),
  map(webhook) {
    const type = requiredText(webhook.body, "event");
    switch (type) {
      case "charge.success":
      case "charge.failed":
        return ofCharge(webhook, type);
      case "refund.processed":
      case "refund.failed":
        return [ofRefund(webhook, type)];
      case "charge.dispute.create":
      case "charge.dispute.remind":
      case "charge.dispute.resolve":
        return [ofDispute(webhook, type)];
      default:
        return [{ kind: "other", type }];
    }
  },
};

function ofCharge(webhook: Webhook, type: string): Item[] {
  const data = requiredObject(webhook.body, "data");
  const id = requiredText(data, "id");
  const payment_id = requiredText(data, "reference");
  const money = moneyIn(data, "data");
  const at = requiredTime(
    data,
    ["paid_at"],
    ["paidAt"],
    ["created_at"],
    ["createdAt"],
  );
  const payload = present({
    ...common(webhook, type),
    payment_id,
    ...orderIdIn(webhook.body, payment_id, ["data", "order_id"]),
    customer_id: textAt(data, "customer", "customer_code"),
    instrument: instrumentOf(data),
  });
  if (type === "charge.failed") {
    return [
      told({
        type: PAYMENT_FAILED,
        id: `transaction:${id}:failed`,
        at,
        money,
        payload: present({
          ...payload,
          stage: "authorize" as const,
          decline: declineOf(textAt(data, "gateway_response")),
        }),
      }, type),
    ];
  }
  return [
    told({
      type: PAYMENT_AUTHORIZED,
      id: `transaction:${id}:authorized`,
      at,
      money,
      payload: { ...payload, provider_auth_id: id },
    }, type),
    told({
      type: PAYMENT_CAPTURED,
      id: `transaction:${id}:captured`,
      at,
      money,
      payload: { ...payload, capture_id: id, final: true },
    }, type),
  ];
}

function ofRefund(webhook: Webhook, type: string): Item {
  const data = requiredObject(webhook.body, "data");
  const key = ["id", "refund_reference"].find((one) => textAt(data, one));
  if (key === undefined) {
    // Two refunds of the same amount could not be told apart.
    throw unreadable("data.id or data.refund_reference", "must be a text");
  }
  const id = requiredText(data, key);
  const payment_id = textAt(data, "transaction_reference") ??
    requiredText(data, "transaction", "reference");
  const fact = {
    at: timeOfRefund(webhook, data),
    money: moneyIn(data, "data"),
  };
  const payload = present({
    ...common(webhook, type),
    payment_id,
    ...orderIdIn(webhook.body, payment_id),
    customer_id: textAt(data, "customer", "customer_code"),
  });
  return type === "refund.failed"
    ? told({
      type: PAYMENT_FAILED,
      id: `refund:${id}:failed`,
      ...fact,
      payload: { ...payload, ...failedAt("refund", id) },
    }, type)
    : told({
      type: PAYMENT_REFUNDED,
      id: `refund:${id}`,
      ...fact,
      payload: { ...payload, refund_id: id },
    }, type);
}

/** Refunds come without any time as a rule: then it is when the intake had them. */
function timeOfRefund({ receivedAt }: Webhook, data: JsonObject): string {
  const paths = ["refunded_at", "updatedAt", "createdAt", "created_at"]
    .map((key) => [key]);
  return receivedAt === undefined
    ? requiredTime(data, ...paths)
    : paths.map((path) => timeAt(data, ...path)).find((one) => one) ??
      receivedAt;
}

function ofDispute(webhook: Webhook, type: string): Item {
  const data = requiredObject(webhook.body, "data");
  const id = requiredText(data, "id");
  const payment_id = textAt(data, "transaction_reference") ??
    requiredText(data, "transaction", "reference");
  const state = type === "charge.dispute.resolve"
    ? resolutionOf(textAt(data, "resolution"))
    : "opened";
  const category = textAt(data, "category");
  return told({
    type: PAYMENT_DISPUTED,
    id: `dispute:${id}:${state}`,
    at: state === "opened"
      ? requiredTime(data, ["createdAt"], ["created_at"])
      : requiredTime(data, ["resolvedAt"], ["updatedAt"], ["createdAt"]),
    money: disputedMoneyIn(data),
    payload: present({
      ...common(webhook, type),
      payment_id,
      ...orderIdIn(webhook.body, payment_id),
      customer_id: textAt(data, "customer", "customer_code"),
      dispute_id: id,
      state,
      reason_class: category === "fraud" ? "fraud" as const : undefined,
      reason_code: category,
      due_at: timeAt(data, "dueAt"),
    }),
  }, type);
}

/** Who has the money: a dispute that was declined is the merchant's. */
function resolutionOf(
  resolution: string | undefined,
): PaymentDisputedFields["state"] {
  if (resolution === "declined") return "won";
  return resolution?.endsWith("accepted") === true ? "lost" : "closed";
}

function common({ body, text }: Webhook, type: string) {
  const id = textAt(body, "data", "id");
  return {
    provider_event_type: type,
    provider_event_id: id === undefined
      ? createHash("sha256").update(text).digest("hex")
      : `${type}:${id}`,
  };
}

function moneyIn(object: JsonObject, path: string): Money {
  return moneyOfMinorUnits({
    value: object.amount,
    currency: object.currency,
    path: `${path}.amount`,
    exponents,
  });
}

/** What is asked back, which may be less than was paid. */
function disputedMoneyIn(data: JsonObject): Money {
  const transaction = requiredObject(data, "transaction");
  const currency = textAt(data, "currency") ?? transaction.currency;
  return data.refund_amount == null
    ? moneyIn({ ...transaction, currency }, "data.transaction")
    : moneyOfMinorUnits({
      value: data.refund_amount,
      currency,
      path: "data.refund_amount",
      exponents,
    });
}

function instrumentOf(data: JsonObject): Instrument | undefined {
  const channel = textAt(data, "channel");
  if (channel === undefined) return undefined;
  if (channel !== "card") return { kind: kinds.get(channel) ?? "other" };
  const of = (key: string) => textAt(data, "authorization", key);
  // Such as "visa debit", in which the brand may come with blanks.
  const [, brand, funding] = /^\s*(\S+)(?:\s+(\S+))?/.exec(
    of("card_type") ?? "",
  ) ?? [];
  return cardOf({
    brand: of("brand")?.trim() ?? brand,
    bin: of("bin"),
    last4: of("last4"),
    fingerprint: of("signature"),
    funding,
    issuerCountry: of("country_code"),
  });
}

const kinds = new Map<string, Instrument["kind"]>([
  ["bank", "bank"],
  ["bank_transfer", "bank"],
  ["dedicated_nuban", "bank"],
  ["eft", "bank"],
  ["ussd", "bank"],
  ["apple_pay", "wallet"],
  ["mobile_money", "wallet"],
  ["qr", "wallet"],
]);

/** Paystack has no codes of its own: these are sentences of banks. */
const declineOf = declines({}, (sentence) => {
  if (/insufficient|limit/i.test(sentence)) return "soft";
  if (/fraud|stolen|lost/i.test(sentence)) return "fraud";
  if (/expired|incorrect|invalid/i.test(sentence)) return "data";
  if (/otp|3-?d ?secure|authenticat/i.test(sentence)) return "authentication";
  return /timeout|timed out|inoperative|malfunction/i.test(sentence)
    ? "technical"
    : "unknown";
});
