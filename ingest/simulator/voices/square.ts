import { SquareAccount } from "../../provider_accounts/square.ts";
import { firstSecret, hmac, JSON_BODY } from "./hmac.ts";
import type { Moment } from "./life.ts";
import { wholeNumber } from "./money.ts";
import type { Complaint, Decline } from "./payment.ts";
import { daysLater } from "./times.ts";
import type { Voice } from "./voice.ts";

const errors: Readonly<Record<Decline, string>> = {
  insufficient_funds: "INSUFFICIENT_FUNDS",
  expired_card: "CARD_EXPIRED",
  do_not_honor: "GENERIC_DECLINE",
  stolen_card: "CARD_DECLINED",
};

const reasons: Readonly<Record<Complaint, string>> = {
  fraud: "NO_KNOWLEDGE",
  not_received: "NOT_RECEIVED",
  duplicate: "DUPLICATE",
};

const LOCATION = "VJDQQP3CG14EY";

export const square: Voice<SquareAccount> = {
  provider: "square",
  settings: SquareAccount,
  currencies: { USD: 2, CAD: 2, GBP: 2, JPY: 0 },
  isUnordered: true,
  silent: [],
  tell(moment) {
    const { payment: { ids }, nth, atMs } = moment;
    const [type, of, object] = said(moment);
    return {
      body: {
        merchant_id: "0HPGX5JYE6EE1",
        location_id: LOCATION,
        type,
        event_id: ids.uuid(`event ${nth}`),
        created_at: time(atMs),
        data: { type: of, id: object.id, object: { [of]: object } },
      },
      headers: {
        "square-environment": "Sandbox",
        "square-initial-delivery-timestamp": time(atMs),
      },
    };
  },
  sign: ({ body, headers }, account) => ({
    body,
    headers: {
      ...JSON_BODY,
      ...headers,
      "x-square-hmacsha256-signature": hmac(
        "sha256",
        firstSecret(account),
        [account.notification_url, body],
        "base64",
      ),
    },
  }),
};

const time = (ms: number) => new Date(ms).toISOString();

type Said = readonly [type: string, of: string, object: { id: string }];

function said(moment: Moment): Said {
  switch (moment.step) {
    case "authorized":
      return ["payment.created", "payment", payment(moment, "APPROVED")];
    case "captured":
      return ["payment.updated", "payment", payment(moment, "COMPLETED")];
    case "failed":
      return ["payment.updated", "payment", payment(moment, "FAILED")];
    case "canceled":
      return ["payment.updated", "payment", payment(moment, "CANCELED")];
    case "partially_refunded":
    case "refunded":
      return ["refund.updated", "refund", refund(moment)];
    case "dispute_opened":
      return [
        "dispute.created",
        "dispute",
        dispute(moment, "EVIDENCE_REQUIRED"),
      ];
    case "dispute_won":
      return ["dispute.state.updated", "dispute", dispute(moment, "WON")];
    case "dispute_lost":
      return ["dispute.state.updated", "dispute", dispute(moment, "LOST")];
    case "unrelated":
      return ["payout.sent", "payout", payout(moment)];
    case "unmapped":
      return ["invoice.payment_made", "invoice", invoice(moment)];
  }
}

const orderOf = ({ payment: { ids } }: Moment) => ids.word("order", 32);
const customerOf = ({ payment: { ids } }: Moment) => ids.upper("customer", 26);
const paymentOf = ({ payment: { ids } }: Moment) => ids.word("payment", 29);

function money({ payment: { currency } }: Moment, amount: bigint) {
  return { amount: wholeNumber(amount), currency };
}

function payment(moment: Moment, status: string) {
  const {
    payment: { ids, amount, card, decline, orderId },
    nth,
    atMs,
    beganAtMs,
  } = moment;
  const cardStatus = {
    APPROVED: "AUTHORIZED",
    COMPLETED: "CAPTURED",
    CANCELED: "VOIDED",
  }[status] ?? "FAILED";
  return {
    id: paymentOf(moment),
    created_at: time(beganAtMs),
    updated_at: time(atMs),
    amount_money: money(moment, amount),
    approved_money: money(moment, amount),
    total_money: money(moment, amount),
    status,
    delay_action: "CANCEL",
    source_type: "CARD",
    card_details: {
      status: cardStatus,
      card: {
        card_brand: card.brand.toUpperCase().replace(
          "AMEX",
          "AMERICAN_EXPRESS",
        ),
        last_4: card.last4,
        exp_month: 8,
        exp_year: 2031,
        fingerprint: `sq-1-${ids.word("fingerprint", 60)}`,
        card_type: card.funding.toUpperCase(),
        bin: card.bin,
      },
      entry_method: "ON_FILE",
      auth_result_code: ids.upper("authorization", 6),
      errors: status === "FAILED"
        ? [{
          category: "PAYMENT_METHOD_ERROR",
          code: errors[decline],
          detail: "Authorization error",
        }]
        : [],
    },
    location_id: LOCATION,
    order_id: orderOf(moment),
    reference_id: orderId,
    customer_id: customerOf(moment),
    version_token: ids.word(`version ${nth}`, 42),
  };
}

function refund(moment: Moment) {
  const { payment: { ids }, nth, amount, atMs } = moment;
  return {
    id: `${paymentOf(moment)}_${ids.word(`refund ${nth}`, 42)}`,
    status: "COMPLETED",
    amount_money: money(moment, amount),
    created_at: time(atMs),
    updated_at: time(atMs),
    location_id: LOCATION,
    order_id: ids.word(`refund order ${nth}`, 32),
    payment_id: paymentOf(moment),
    reason: "Requested by the buyer",
  };
}

function dispute(moment: Moment, state: string) {
  const { payment: { ids, amount, card, complaint }, nth, atMs } = moment;
  return {
    id: ids.word("dispute", 20),
    amount_money: money(moment, amount),
    brand_dispute_id: ids.word("brand's dispute", 22),
    card_brand: card.brand.toUpperCase().replace("AMEX", "AMERICAN_EXPRESS"),
    created_at: time(atMs),
    disputed_payment: { payment_id: paymentOf(moment) },
    due_at: time(daysLater(atMs, 13)),
    location_id: LOCATION,
    reason: reasons[complaint],
    reported_at: time(atMs),
    state,
    updated_at: time(atMs),
    version: nth,
  };
}

function payout(moment: Moment) {
  const { payment: { ids, amount }, atMs } = moment;
  return {
    id: `po_${ids.word("payout", 32)}`,
    status: "SENT",
    location_id: LOCATION,
    created_at: time(atMs),
    amount_money: money(moment, amount),
    type: "BATCH",
  };
}

function invoice(moment: Moment) {
  const { payment: { ids }, atMs } = moment;
  return {
    id: `inv:0-${ids.word("invoice", 20)}`,
    location_id: LOCATION,
    order_id: orderOf(moment),
    status: "PAID",
    updated_at: time(atMs),
    version: 2,
  };
}
