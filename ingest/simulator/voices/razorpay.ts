import { RazorpayAccount } from "../../provider_accounts/razorpay.ts";
import { firstSecret, hmac, JSON_BODY } from "./hmac.ts";
import type { Moment } from "./life.ts";
import { wholeNumber } from "./money.ts";
import type { Complaint, Decline } from "./payment.ts";
import { daysLater, secondsOf } from "./times.ts";
import type { Voice } from "./voice.ts";

const reasonsOfDecline: Readonly<Record<Decline, string>> = {
  insufficient_funds: "insufficient_funds",
  expired_card: "card_expired",
  do_not_honor: "payment_declined",
  stolen_card: "card_declined",
};

const reasons: Readonly<Record<Complaint, string>> = {
  fraud: "fraudulent",
  not_received: "goods_or_services_not_received_or_partially_received",
  duplicate: "duplicate_processing",
};

export const razorpay: Voice<RazorpayAccount> = {
  provider: "razorpay",
  settings: RazorpayAccount,
  currencies: { INR: 2, USD: 2, JPY: 0, KWD: 3 },
  isUnordered: true,
  silent: ["canceled"],
  tell(moment) {
    const { payment: { ids }, nth, atMs } = moment;
    const [event, entities] = said(moment);
    return {
      body: {
        entity: "event",
        account_id: "acc_BFQ7uQEaa7j2z7",
        event,
        contains: Object.keys(entities),
        payload: Object.fromEntries(
          Object.entries(entities).map(([name, entity]) => [name, { entity }]),
        ),
        created_at: secondsOf(atMs),
      },
      headers: { "X-Razorpay-Event-Id": ids.word(`event ${nth}`, 14) },
    };
  },
  sign: ({ body, headers }, account) => ({
    body,
    headers: {
      ...JSON_BODY,
      ...headers,
      "X-Razorpay-Signature": hmac(
        "sha256",
        firstSecret(account),
        [body],
        "hex",
      ),
    },
  }),
};

function said(moment: Moment): readonly [string, Record<string, object>] {
  const { payment: { ids }, step, nth, atMs } = moment;
  switch (step) {
    case "authorized":
      return ["payment.authorized", { payment: payment(moment, "authorized") }];
    case "captured":
      return ["payment.captured", { payment: payment(moment, "captured") }];
    case "failed":
      return ["payment.failed", { payment: payment(moment, "failed") }];
    case "partially_refunded":
    case "refunded":
      return ["refund.processed", {
        refund: refund(moment),
        payment: payment(moment, "captured"),
      }];
    case "dispute_opened":
      return ["payment.dispute.created", disputed(moment, "open")];
    case "dispute_won":
      return ["payment.dispute.won", disputed(moment, "won")];
    case "dispute_lost":
      return ["payment.dispute.lost", disputed(moment, "lost")];
    case "unrelated":
    case "canceled":
      return ["settlement.processed", {
        settlement: {
          id: `setl_${ids.word(`settlement ${nth}`, 14)}`,
          entity: "settlement",
          amount: 9973635,
          status: "processed",
          fees: 471699,
          tax: 42070,
          utr: ids.digits(`settlement ${nth}`, 13),
          created_at: secondsOf(atMs),
        },
      }];
    case "unmapped":
      return ["refund.arn_updated", {
        refund: refund(moment),
        payment: payment(moment, "captured"),
      }];
  }
}

function payment(moment: Moment, status: string) {
  const { payment, refunded, beganAtMs } = moment;
  const { ids, orderId, card, decline } = payment;
  const isFailed = status === "failed";
  const amount = wholeNumber(payment.amount);
  const back = wholeNumber(refunded);
  return {
    id: `pay_${ids.word("payment", 14)}`,
    entity: "payment",
    amount,
    currency: payment.currency,
    status,
    order_id: `order_${ids.word("order", 14)}`,
    invoice_id: null,
    international: true,
    method: "card",
    amount_refunded: back,
    refund_status: back === 0 ? null : back === amount ? "full" : "partial",
    captured: status === "captured",
    description: null,
    card_id: `card_${ids.word("card", 14)}`,
    card: {
      id: `card_${ids.word("card", 14)}`,
      entity: "card",
      name: "Gaurav Kumar",
      last4: card.last4,
      network: {
        visa: "Visa",
        mastercard: "MasterCard",
        amex: "American Express",
      }[card.brand],
      type: card.funding,
      issuer: null,
      international: true,
      emi: false,
      iin: card.bin,
    },
    bank: null,
    wallet: null,
    vpa: null,
    email: payment.email,
    contact: "+919000090000",
    customer_id: `cust_${ids.word("customer", 14)}`,
    notes: { order_id: orderId },
    fee: null,
    tax: null,
    error_code: isFailed ? "BAD_REQUEST_ERROR" : null,
    error_description: isFailed ? "Payment failed" : null,
    error_source: isFailed ? "customer" : null,
    error_step: isFailed ? "payment_authorization" : null,
    error_reason: isFailed ? reasonsOfDecline[decline] : null,
    acquirer_data: { auth_code: ids.digits("authorization", 6) },
    created_at: secondsOf(beganAtMs),
  };
}

function refund(moment: Moment) {
  const { payment: { ids, currency }, nth, amount, atMs } = moment;
  return {
    id: `rfnd_${ids.word(`refund ${nth}`, 14)}`,
    entity: "refund",
    amount: wholeNumber(amount),
    currency,
    payment_id: `pay_${ids.word("payment", 14)}`,
    notes: [],
    receipt: null,
    acquirer_data: { arn: ids.digits(`refund ${nth}`, 13) },
    created_at: secondsOf(atMs),
    status: "processed",
    speed_processed: "normal",
    speed_requested: "normal",
  };
}

function disputed(moment: Moment, status: string) {
  const { payment: its, atMs } = moment;
  const { ids, amount, currency, complaint } = its;
  return {
    payment: payment(moment, "captured"),
    dispute: {
      id: `disp_${ids.word("dispute", 14)}`,
      entity: "dispute",
      payment_id: `pay_${ids.word("payment", 14)}`,
      amount: wholeNumber(amount),
      currency,
      amount_deducted: status === "lost" ? wholeNumber(amount) : 0,
      reason_code: reasons[complaint],
      respond_by: secondsOf(daysLater(atMs, 10)),
      status,
      phase: "chargeback",
      created_at: secondsOf(atMs),
    },
  };
}
