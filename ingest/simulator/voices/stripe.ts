import { StripeAccount } from "../../provider_accounts/stripe.ts";
import { hmac, JSON_BODY } from "./hmac.ts";
import type { Moment } from "./life.ts";
import { wholeNumber } from "./money.ts";
import type { Complaint, Decline } from "./payment.ts";
import { daysLater, secondsOf } from "./times.ts";
import type { Voice } from "./voice.ts";

/** Codes of the network and what it advises, behind Stripe's own words. */
const networkCodes: Readonly<Record<Decline, readonly [string, string]>> = {
  insufficient_funds: ["51", "try_again_later"],
  expired_card: ["54", "confirm_card_data"],
  do_not_honor: ["05", "try_again_later"],
  stolen_card: ["43", "do_not_try_again"],
};

const reasons: Readonly<Record<Complaint, readonly [string, string]>> = {
  fraud: ["fraudulent", "10.4"],
  not_received: ["product_not_received", "13.1"],
  duplicate: ["duplicate", "12.6.1"],
};

export const stripe: Voice<StripeAccount> = {
  provider: "stripe",
  settings: StripeAccount,
  currencies: { EUR: 2, USD: 2, GBP: 2, JPY: 0, KWD: 3 },
  isUnordered: true,
  silent: [],
  tell(moment) {
    const { payment: { ids, shopper }, nth, atMs } = moment;
    const [type, object] = said(moment);
    return {
      body: {
        id: `evt_${ids.word(`event ${nth}`, 24)}`,
        object: "event",
        // Of a platform, whose merchants are connected to it.
        ...shopper !== undefined &&
          { account: `acct_${ids.word("merchant", 16)}` },
        api_version: "2026-06-24.basil",
        created: secondsOf(atMs),
        data: { object },
        livemode: false,
        pending_webhooks: 1,
        request: { id: `req_${ids.word(`request ${nth}`, 14)}` },
        type,
      },
    };
  },
  // While a secret is rolled, Stripe signs with both.
  sign(message, { secrets }, nowMs) {
    const t = secondsOf(nowMs);
    const signatures = secrets.map(({ text }) =>
      `v1=${hmac("sha256", text, [`${t}.`, message.body], "hex")}`
    );
    return {
      body: message.body,
      headers: {
        ...JSON_BODY,
        "Stripe-Signature": [`t=${t}`, ...signatures].join(","),
      },
    };
  },
};

function said(moment: Moment): readonly [string, object] {
  switch (moment.step) {
    case "authorized":
      return ["charge.succeeded", charge(moment)];
    case "captured":
      return ["charge.captured", charge(moment)];
    case "partially_refunded":
    case "refunded":
      return ["refund.created", refund(moment)];
    case "failed":
      return ["charge.failed", charge(moment)];
    case "canceled":
      return ["payment_intent.canceled", intent(moment)];
    case "dispute_opened":
      return ["charge.dispute.created", dispute(moment, "needs_response")];
    case "dispute_won":
      return ["charge.dispute.closed", dispute(moment, "won")];
    case "dispute_lost":
      return ["charge.dispute.closed", dispute(moment, "lost")];
    case "unrelated":
      return ["customer.created", customer(moment)];
    case "unmapped":
      return ["charge.updated", charge(moment)];
  }
}

/** What every object of a payment has. */
function common({ payment: { ids, currency } }: Moment) {
  return {
    currency: currency.toLowerCase(),
    payment_intent: `pi_${ids.word("intent", 24)}`,
  };
}

const chargeOf = ({ payment: { ids } }: Moment) =>
  `ch_${ids.word("charge", 24)}`;
const customerOf = ({ payment: { ids } }: Moment) =>
  `cus_${ids.word("customer", 14)}`;

function charge(moment: Moment) {
  const { payment, step, captured, refunded, beganAtMs } = moment;
  const isFailed = step === "failed";
  return {
    id: chargeOf(moment),
    object: "charge",
    amount: wholeNumber(payment.amount),
    amount_captured: wholeNumber(captured),
    amount_refunded: wholeNumber(refunded),
    ...common(moment),
    captured: captured !== 0n,
    created: secondsOf(beganAtMs),
    customer: customerOf(moment),
    disputed: false,
    failure_code: isFailed ? "card_declined" : null,
    failure_message: isFailed ? "Your card was declined." : null,
    livemode: false,
    metadata: { order_id: payment.orderId },
    outcome: outcome(moment),
    paid: !isFailed,
    payment_method: `pm_${payment.ids.word("method", 24)}`,
    payment_method_details: { type: "card", card: card(moment) },
    refunded: refunded !== 0n && refunded === captured,
    status: isFailed ? "failed" : "succeeded",
  };
}

function card({ payment: { ids, card } }: Moment) {
  return {
    brand: card.brand,
    country: card.country,
    exp_month: 8,
    exp_year: 2031,
    fingerprint: ids.word("fingerprint", 16),
    funding: card.funding,
    last4: card.last4,
    network: card.brand,
  };
}

function outcome({ payment: { decline }, step }: Moment) {
  if (step !== "failed") {
    return {
      network_status: "approved_by_network",
      reason: null,
      risk_level: "normal",
      risk_score: 17,
      seller_message: "Payment complete.",
      type: "authorized",
    };
  }
  const [code, advice] = networkCodes[decline];
  return {
    advice_code: advice,
    network_decline_code: code,
    network_status: "declined_by_network",
    reason: decline,
    risk_level: "normal",
    risk_score: 41,
    seller_message: "The bank did not return any further details.",
    type: "issuer_declined",
  };
}

function refund(moment: Moment) {
  const { payment: { ids }, nth, amount, atMs } = moment;
  return {
    id: `re_${ids.word(`refund ${nth}`, 24)}`,
    object: "refund",
    amount: wholeNumber(amount),
    charge: chargeOf(moment),
    created: secondsOf(atMs),
    ...common(moment),
    metadata: {},
    reason: "requested_by_customer",
    status: "succeeded",
  };
}

function intent(moment: Moment) {
  const { payment: { orderId, amount }, atMs } = moment;
  const { currency, payment_intent } = common(moment);
  return {
    id: payment_intent,
    object: "payment_intent",
    amount: wholeNumber(amount),
    amount_capturable: 0,
    amount_received: 0,
    canceled_at: secondsOf(atMs),
    cancellation_reason: "abandoned",
    capture_method: "manual",
    currency,
    customer: customerOf(moment),
    latest_charge: chargeOf(moment),
    metadata: { order_id: orderId },
    status: "canceled",
  };
}

function dispute(moment: Moment, status: string) {
  const { payment: { ids, amount, card, complaint }, atMs } = moment;
  const [reason, network_reason_code] = reasons[complaint];
  return {
    id: `dp_${ids.word("dispute", 24)}`,
    object: "dispute",
    amount: wholeNumber(amount),
    charge: chargeOf(moment),
    created: secondsOf(atMs),
    ...common(moment),
    evidence_details: {
      due_by: secondsOf(daysLater(atMs, 10)),
      has_evidence: status !== "needs_response",
      past_due: false,
      submission_count: status === "needs_response" ? 0 : 1,
    },
    is_charge_refundable: false,
    payment_method_details: {
      type: "card",
      card: { brand: card.brand, network_reason_code },
    },
    reason,
    status,
  };
}

function customer(moment: Moment) {
  return {
    id: customerOf(moment),
    object: "customer",
    created: secondsOf(moment.atMs),
    email: moment.payment.email,
    livemode: false,
    metadata: {},
  };
}
