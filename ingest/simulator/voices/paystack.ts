import { PaystackAccount } from "../../provider_accounts/paystack.ts";
import { firstSecret, hmac, JSON_BODY } from "./hmac.ts";
import type { Moment } from "./life.ts";
import { wholeNumber } from "./money.ts";
import type { Complaint } from "./payment.ts";
import { daysLater } from "./times.ts";
import type { Voice } from "./voice.ts";

const categories: Readonly<Record<Complaint, string>> = {
  fraud: "fraud",
  not_received: "chargeback",
  duplicate: "chargeback",
};

export const paystack: Voice<PaystackAccount> = {
  provider: "paystack",
  settings: PaystackAccount,
  currencies: { NGN: 2, GHS: 2, ZAR: 2, KES: 2, USD: 2 },
  isUnordered: false,
  // Its webhooks begin once money was taken.
  silent: ["authorized", "failed", "canceled"],
  tell(moment) {
    const [event, data] = said(moment);
    return { body: { event, data } };
  },
  sign: ({ body }, account) => ({
    body,
    headers: {
      ...JSON_BODY,
      "x-paystack-signature": hmac(
        "sha512",
        firstSecret(account),
        [body],
        "hex",
      ),
    },
  }),
};

const time = (ms: number) => new Date(ms).toISOString();

function said(moment: Moment): readonly [string, object] {
  switch (moment.step) {
    case "partially_refunded":
    case "refunded":
      return ["refund.processed", refund(moment)];
    case "dispute_opened":
      return ["charge.dispute.create", dispute(moment)];
    case "dispute_won":
      return ["charge.dispute.resolve", dispute(moment, "declined")];
    case "dispute_lost":
      return ["charge.dispute.resolve", dispute(moment, "merchant-accepted")];
    case "unrelated":
      return ["customeridentification.success", {
        customer_id: moment.payment.ids.number("customer", 8),
        ...customer(moment),
        identification: { country: "NG", type: "bank_account" },
      }];
    case "unmapped":
      return ["direct_debit.authorization.created", {
        authorization_code: `AUTH_${
          moment.payment.ids.word("mandate", 10).toLowerCase()
        }`,
        active: false,
        channel: "direct_debit",
        customer: customer(moment),
      }];
    default:
      return ["charge.success", charge(moment)];
  }
}

const referenceOf = ({ payment: { ids } }: Moment) => ids.word("reference", 15);

function customer({ payment: { ids, email } }: Moment) {
  return {
    email,
    customer_code: `CUS_${ids.word("customer", 15).toLowerCase()}`,
  };
}

function charge(moment: Moment) {
  const { payment, atMs } = moment;
  const { ids, card } = payment;
  return {
    id: ids.number("transaction", 10),
    domain: "test",
    status: "success",
    reference: referenceOf(moment),
    amount: wholeNumber(payment.amount),
    message: null,
    gateway_response: "Successful",
    paid_at: time(atMs),
    created_at: time(atMs),
    channel: "card",
    currency: payment.currency,
    ip_address: payment.ip,
    metadata: { order_id: payment.orderId },
    fees: 1_000,
    customer: { id: ids.number("customer", 8), ...customer(moment) },
    authorization: {
      authorization_code: `AUTH_${ids.word("authorization", 10).toLowerCase()}`,
      bin: card.bin,
      last4: card.last4,
      exp_month: "08",
      exp_year: "2031",
      channel: "card",
      card_type: `${card.brand} ${card.funding}`,
      bank: "TEST BANK",
      country_code: card.country,
      brand: card.brand,
      reusable: true,
      signature: `SIG_${ids.word("fingerprint", 20)}`,
    },
  };
}

/** Its amount is text. */
function refund(moment: Moment) {
  const { payment: { ids, currency }, nth, amount, atMs } = moment;
  return {
    status: "processed",
    id: ids.digits(`refund ${nth}`, 8),
    transaction_reference: referenceOf(moment),
    refund_reference: ids.digits(`refund's reference ${nth}`, 12),
    amount: `${amount}`,
    currency,
    processor: "mpgs_zen",
    customer: customer(moment),
    integration: 463_433,
    domain: "test",
    refunded_at: time(atMs),
  };
}

function dispute(moment: Moment, resolution: string | null = null) {
  const { payment, atMs } = moment;
  const { ids, card } = payment;
  return {
    id: ids.number("dispute", 8),
    refund_amount: wholeNumber(payment.amount),
    currency: payment.currency,
    status: resolution === null ? "awaiting-merchant-feedback" : "resolved",
    resolution,
    domain: "test",
    transaction: {
      id: ids.number("transaction", 10),
      domain: "test",
      status: "success",
      reference: referenceOf(moment),
      amount: wholeNumber(payment.amount),
      currency: payment.currency,
      channel: "card",
    },
    transaction_reference: null,
    category: categories[payment.complaint],
    customer: customer(moment),
    bin: card.bin,
    last4: card.last4,
    dueAt: time(daysLater(atMs, 2)),
    resolvedAt: resolution === null ? null : time(atMs),
    evidence: null,
    attachments: null,
    note: null,
    createdAt: time(atMs),
    updatedAt: time(atMs),
  };
}
