import { ShopifyAccount } from "../../provider_accounts/shopify.ts";
import { firstSecret, hmac, JSON_BODY } from "./hmac.ts";
import type { Moment } from "./life.ts";
import { decimalText } from "./money.ts";
import type { Complaint, Decline } from "./payment.ts";
import { daysLater, dayText, secondsText } from "./times.ts";
import type { Voice } from "./voice.ts";

const errors: Readonly<Record<Decline, string>> = {
  insufficient_funds: "card_declined",
  expired_card: "expired_card",
  do_not_honor: "card_declined",
  stolen_card: "pick_up_card",
};

const reasons: Readonly<Record<Complaint, readonly [string, string]>> = {
  fraud: ["fraudulent", "10.4"],
  not_received: ["product_not_received", "13.1"],
  duplicate: ["duplicate", "12.6.1"],
};

export const shopify: Voice<ShopifyAccount> = {
  provider: "shopify",
  settings: ShopifyAccount,
  currencies: { USD: 2, EUR: 2, JPY: 0, KWD: 3 },
  isUnordered: true,
  silent: [],
  tell(moment) {
    const { payment: { ids }, nth, atMs } = moment;
    const [topic, body] = said(moment);
    return {
      body,
      headers: {
        "X-Shopify-Topic": topic,
        "X-Shopify-Shop-Domain": "eventflow-try.myshopify.com",
        "X-Shopify-API-Version": "2026-07",
        "X-Shopify-Webhook-Id": ids.uuid(`webhook ${nth}`),
        "X-Shopify-Event-Id": ids.uuid(`event ${nth}`),
        "X-Shopify-Triggered-At": new Date(atMs).toISOString(),
      },
    };
  },
  sign: ({ body, headers }, account) => ({
    body,
    headers: {
      ...JSON_BODY,
      ...headers,
      "X-Shopify-Hmac-Sha256": hmac(
        "sha256",
        firstSecret(account),
        [body],
        "base64",
      ),
    },
  }),
};

const orderOf = ({ payment: { ids } }: Moment) => ids.number("order", 13);

function said(moment: Moment): readonly [string, object] {
  const { payment: { ids, orderId }, atMs } = moment;
  switch (moment.step) {
    case "authorized":
    case "failed":
      return [
        "order_transactions/create",
        transaction(moment, "authorization"),
      ];
    case "captured":
      return ["order_transactions/create", transaction(moment, "capture")];
    case "partially_refunded":
    case "refunded":
      return ["order_transactions/create", transaction(moment, "refund")];
    case "canceled":
      return ["order_transactions/create", transaction(moment, "void")];
    case "dispute_opened":
      return ["disputes/create", dispute(moment, "needs_response")];
    case "dispute_won":
      return ["disputes/update", dispute(moment, "won")];
    case "dispute_lost":
      return ["disputes/update", dispute(moment, "lost")];
    case "unrelated":
      return ["shop/update", {
        id: 548_380_009,
        name: "EventFlow",
        currency: "USD",
        updated_at: secondsText(atMs),
      }];
    case "unmapped":
      return ["fulfillments/create", {
        id: ids.number("fulfillment", 13),
        order_id: orderOf(moment),
        status: "success",
        created_at: secondsText(atMs),
        name: `${orderId}.1`,
      }];
  }
}

function transaction(moment: Moment, kind: string) {
  const { payment, step, nth, amount, atMs } = moment;
  const { ids, card, currency, decimals, decline } = payment;
  const isFailed = step === "failed";
  const id = ids.number(`transaction ${nth}`, 13);
  return {
    id,
    order_id: orderOf(moment),
    kind,
    gateway: "shopify_payments",
    status: isFailed ? "failure" : "success",
    message: isFailed ? "Your card was declined." : "Transaction approved",
    created_at: secondsText(atMs),
    test: false,
    authorization: `ch_${ids.word("authorization", 24)}`,
    location_id: null,
    user_id: null,
    parent_id: nth === 0 ? null : ids.number("transaction 0", 13),
    processed_at: secondsText(atMs),
    device_id: null,
    error_code: isFailed ? errors[decline] : null,
    source_name: "web",
    payment_details: {
      credit_card_bin: card.bin,
      avs_result_code: "Y",
      cvv_result_code: "M",
      credit_card_number: `•••• •••• •••• ${card.last4}`,
      credit_card_company: {
        visa: "Visa",
        mastercard: "Mastercard",
        amex: "American Express",
      }[card.brand],
    },
    receipt: {},
    amount: decimalText(amount, decimals),
    currency,
    payment_id: `c${ids.digits("payment", 14)}.1`,
    admin_graphql_api_id: `gid://shopify/OrderTransaction/${id}`,
  };
}

function dispute(moment: Moment, status: string) {
  const { payment, atMs } = moment;
  const [reason, network_reason_code] = reasons[payment.complaint];
  const isOpen = status === "needs_response";
  return {
    id: payment.ids.number("dispute", 10),
    order_id: orderOf(moment),
    type: "chargeback",
    amount: decimalText(payment.amount, payment.decimals),
    currency: payment.currency,
    reason,
    network_reason_code,
    status,
    evidence_due_by: secondsText(daysLater(atMs, 12)),
    evidence_sent_on: null,
    finalized_on: isOpen ? null : dayText(atMs),
    initiated_at: secondsText(atMs),
  };
}
