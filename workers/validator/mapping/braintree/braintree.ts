/**
 * Braintree: a form with XML in base64. Settled and charged money is told; approvals never are. Amounts are decimal text.
 *
 * @see https://developer.paypal.com/braintree/docs/reference/general/webhooks/overview
 * @module
 */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
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
import type { JsonObject } from "#contracts/parse.ts";
import { cardOf } from "../card.ts";
import { declines } from "../decline.ts";
import { isoExponents as exponents } from "../exponents/iso.ts";
import { familyByPrefix } from "../families.ts";
import { present, requiredObject, requiredText, textAt } from "../fields.ts";
import type { Item, Mapping } from "../mapping.ts";
import { type Money, moneyOfDecimal } from "../money.ts";
import { orderIdIn } from "../order_id.ts";
import { dayOrTimeAt, requiredTime } from "../times.ts";
import { told } from "../told.ts";
import { unreadable } from "../unreadable.ts";
import { readXml } from "./xml.ts";
import { failedAt } from "../failed_at.ts";

export const braintree: Mapping = {
  provider: "braintree",
  version: 1,
  form: "form",
  noPayment: new Set([
    "account_updater_daily_report",
    "check",
    "connected_merchant_paypal_status_changed",
    "connected_merchant_status_transitioned",
    "disbursement",
    "disbursement_exception",
    "granted_payment_method_revoked",
    "grantor_updated_granted_payment_method",
    "oauth_access_revoked",
    "partner_merchant_connected",
    "partner_merchant_declined",
    "partner_merchant_disconnected",
    "payment_method_customer_data_updated",
    "payment_method_revoked_by_customer",
    "recipient_updated_granted_payment_method",
    "sub_merchant_account_approved",
    "sub_merchant_account_declined",
    "subscription_canceled",
    "subscription_expired",
    "subscription_trial_ended",
    "subscription_went_active",
    "subscription_went_past_due",
    "transaction_disbursed",
    "transaction_reviewed",
  ]),
  familyOf: familyByPrefix(
    ["transaction_disbursed", "payout"],
    ["transaction_", "payment"],
    ["local_payment_", "payment"],
    ["dispute_", "dispute"],
    ["refund_", "refund"],
    ["disbursement", "payout"],
    ["subscription_", "subscription"],
    ["payment_method_", "customer"],
    ["partner_merchant_", "account"],
    ["connected_merchant_", "account"],
    ["sub_merchant_", "account"],
    ["oauth_", "account"],
  ),
  map({ body }) {
    const xml = xmlIn(body);
    const notification = requiredObject(
      readXml(xml, "bt_payload"),
      "notification",
    );
    const kind = requiredText(notification, "kind");
    const said: Said = {
      kind,
      notification,
      at: () => requiredTime(notification, ["timestamp"]),
      common: {
        provider_event_type: kind,
        // It has none: what makes a notification the same one is all that it says. The intake calls it so, too.
        provider_event_id: createHash("sha256").update(xml).digest("hex"),
      },
    };
    const state = disputeStates.get(kind);
    if (state !== undefined) return [ofDispute(said, state)];
    switch (kind) {
      case "transaction_settled":
        return [ofSettlement(said)];
      case "transaction_settlement_declined":
        return [ofDeclinedSettlement(said)];
      case "refund_failed":
        return [failed(said, transactionIn(said), "refund")];
      case "subscription_charged_successfully":
        return [captured(said, chargeIn(notification))];
      case "subscription_charged_unsuccessfully":
        return [failed(said, chargeIn(notification), "authorize")];
      default:
        return [{ kind: "other", type: kind }];
    }
  },
};

/** What a notification says beside its subject. */
type Said = {
  readonly kind: string;
  readonly notification: JsonObject;
  readonly at: () => string;
  readonly common: {
    readonly provider_event_type: string;
    readonly provider_event_id: string;
  };
};

function xmlIn(form: JsonObject): string {
  const payload = form.bt_payload;
  if (typeof payload !== "string") {
    throw unreadable("bt_payload", "must be there");
  }
  try {
    return new TextDecoder("utf-8", { fatal: true })
      .decode(Buffer.from(payload, "base64"));
  } catch {
    throw unreadable("bt_payload", "must be UTF-8 in base64");
  }
}

/** Of a sale, or of a refund: both are transactions, and both are settled. */
function ofSettlement(said: Said): Item {
  const transaction = transactionIn(said);
  return textAt(transaction, "type") === "credit"
    ? refunded(said, transaction)
    : captured(said, transaction);
}

function ofDeclinedSettlement(said: Said): Item {
  const transaction = transactionIn(said);
  const isRefund = textAt(transaction, "type") === "credit";
  return failed(said, transaction, isRefund ? "refund" : "capture");
}

function transactionIn({ notification }: Said): JsonObject {
  return requiredObject(notification, "subject", "transaction");
}

/** What a subscription was charged, or not: the latest of its transactions, which stands first. */
function chargeIn(notification: JsonObject): JsonObject {
  const path = ["subject", "subscription", "transactions", "transaction"];
  return textAt(notification, ...path, 0, "id") === undefined
    ? requiredObject(notification, ...path)
    : requiredObject(notification, ...path, 0);
}

function captured(said: Said, transaction: JsonObject): Item {
  const id = requiredText(transaction, "id");
  return told({
    type: PAYMENT_CAPTURED,
    id: `transaction:${id}:captured`,
    at: said.at(),
    money: moneyIn(transaction),
    payload: { ...payloadOf(said, transaction, id), capture_id: id },
  }, said.kind);
}

function refunded(said: Said, transaction: JsonObject): Item {
  const id = requiredText(transaction, "id");
  return told({
    type: PAYMENT_REFUNDED,
    id: `transaction:${id}:refunded`,
    at: said.at(),
    money: moneyIn(transaction),
    payload: {
      ...payloadOf(said, transaction, paymentOf(transaction)),
      refund_id: id,
    },
  }, said.kind);
}

function failed(
  said: Said,
  transaction: JsonObject,
  stage: PaymentFailedFields["stage"],
): Item {
  const id = requiredText(transaction, "id");
  return told({
    type: PAYMENT_FAILED,
    id: `transaction:${id}:failed`,
    at: said.at(),
    money: moneyIn(transaction),
    payload: present({
      ...payloadOf(said, transaction, paymentOf(transaction)),
      ...failedAt(stage, id),
      decline: declineIn(transaction),
    }),
  }, said.kind);
}

/** Of a refund the transaction that it gives back; any other is a payment itself. */
function paymentOf(transaction: JsonObject): string {
  return textAt(transaction, "refunded-transaction-id") ??
    requiredText(transaction, "id");
}

function payloadOf(
  { common }: Said,
  transaction: JsonObject,
  payment_id: string,
) {
  return present({
    ...common,
    payment_id,
    ...orderIdIn({ transaction }, payment_id, ["transaction", "order-id"]),
    merchant_id: textAt(transaction, "merchant-account-id"),
    customer_id: textAt(transaction, "customer", "id"),
    instrument: instrumentOf(transaction),
  });
}

function ofDispute(said: Said, known: State): Item {
  const dispute = requiredObject(said.notification, "subject", "dispute");
  const id = requiredText(dispute, "id");
  const payment_id = requiredText(dispute, "transaction", "id");
  const state = known === "opened" && isInquiry(dispute) ? "inquiry" : known;
  const reason = textAt(dispute, "reason");
  return told({
    type: PAYMENT_DISPUTED,
    id: `dispute:${id}:${state}`,
    at: said.at(),
    money: moneyOfDecimal({
      value: textAt(dispute, "amount-disputed") ?? textAt(dispute, "amount"),
      currency: textAt(dispute, "currency-iso-code"),
      path: "subject.dispute.amount",
      exponents,
    }),
    payload: present({
      ...said.common,
      payment_id,
      ...orderIdIn({ dispute }, payment_id, [
        "dispute",
        "transaction",
        "order-id",
      ]),
      merchant_id: textAt(dispute, "merchant-account-id"),
      dispute_id: id,
      state,
      reason_class: disputeClasses.get(reason?.toLowerCase() ?? ""),
      reason_code: textAt(dispute, "reason-code") ?? reason,
      due_at: dayOrTimeAt(dispute, "reply-by-date"),
    }),
  }, said.kind);
}

function moneyIn(transaction: JsonObject): Money {
  return moneyOfDecimal({
    value: textAt(transaction, "amount"),
    currency: textAt(transaction, "currency-iso-code"),
    path: "transaction.amount",
    exponents,
  });
}

function instrumentOf(transaction: JsonObject): Instrument | undefined {
  const kind = textAt(transaction, "payment-instrument-type");
  if (kind === undefined) return undefined;
  if (kind !== "credit_card") return { kind: kinds.get(kind) ?? "other" };
  const of = (key: string) => textAt(transaction, "credit-card", key);
  return cardOf({
    brand: of("card-type"),
    bin: of("bin"),
    last4: of("last-4"),
    fingerprint: of("unique-number-identifier"),
    funding: of("prepaid") === "Yes"
      ? "prepaid"
      : of("debit") === "Yes"
      ? "debit"
      : undefined,
  });
}

const kinds = new Map<string, Instrument["kind"]>([
  ["us_bank_account", "bank"],
  ["sepa_debit_account", "bank"],
  ["paypal_account", "wallet"],
  ["apple_pay_card", "wallet"],
  ["android_pay_card", "wallet"],
  ["venmo_account", "wallet"],
]);

type State = PaymentDisputedFields["state"];

/** What is contested or looked at is open as before. What is accepted, by whomever, and what nobody answered is lost. */
const disputeStates = new Map<string, State>([
  ["dispute_opened", "opened"],
  ["dispute_disputed", "opened"],
  ["dispute_under_review", "opened"],
  ["dispute_won", "won"],
  ["dispute_lost", "lost"],
  ["dispute_accepted", "lost"],
  ["dispute_auto_accepted", "lost"],
  ["dispute_expired", "lost"],
]);

/** A bank that only asks takes no money. */
function isInquiry(dispute: JsonObject): boolean {
  return textAt(dispute, "kind")?.toLowerCase() === "retrieval";
}

const disputeClasses = new Map<string, (typeof disputeReasons)[number]>([
  ["cancelled_recurring_transaction", "subscription_canceled"],
  ["credit_not_processed", "credit_not_processed"],
  ["duplicate", "duplicate"],
  ["fraud", "fraud"],
  ["general", "general"],
  ["invalid_account", "processing_error"],
  ["not_recognized", "fraud"],
  ["product_not_received", "not_received"],
  ["product_unsatisfactory", "not_as_described"],
  ["retrieval", "general"],
  ["transaction_amount_differs", "processing_error"],
]);

function declineIn(transaction: JsonObject) {
  const decline = declineOf(
    textAt(transaction, "processor-settlement-response-code") ??
      textAt(transaction, "processor-response-code"),
  );
  if (decline?.class !== "unknown") return decline;
  switch (textAt(transaction, "processor-response-type")) {
    case "soft_declined":
      return { ...decline, class: "soft", advice: "retry_later" } as const;
    case "hard_declined":
      return { ...decline, class: "hard", advice: "do_not_retry" } as const;
    default:
      return decline;
  }
}

/** @see https://developer.paypal.com/braintree/docs/reference/general/processor-responses/authorization-responses */
const declineOf = declines({
  hard: "2007 2009 2015 2017 2018 2019 2041 2057 4001",
  soft: "2000 2001 2002 2003 2011 2021 2038 2044 2046",
  authentication: "2099",
  fraud: "2012 2013 2014 2047 2059",
  data: "2004 2005 2006 2008 2010 2022 2058 2060",
  technical: "2016 3000",
});
