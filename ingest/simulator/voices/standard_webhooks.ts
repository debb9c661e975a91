import { PAYMENT_AUTHORIZED } from "#contracts/events/payment_authorized/payment_authorized.ts";
import { PAYMENT_CANCELED } from "#contracts/events/payment_canceled/payment_canceled.ts";
import { PAYMENT_CAPTURED } from "#contracts/events/payment_captured/payment_captured.ts";
import { PAYMENT_DISPUTED } from "#contracts/events/payment_disputed/payment_disputed.ts";
import { PAYMENT_FAILED } from "#contracts/events/payment_failed/payment_failed.ts";
import { PAYMENT_REFUNDED } from "#contracts/events/payment_refunded/payment_refunded.ts";
import { StandardWebhooksAccount } from "../../provider_accounts/standard_webhooks.ts";
import { amountOf } from "../minor_units.ts";
import { hmac, JSON_BODY } from "./hmac.ts";
import type { Moment } from "./life.ts";
import type { Complaint, Decline } from "./payment.ts";
import { daysLater, secondsOf } from "./times.ts";
import type { Voice } from "./voice.ts";

const decline: Readonly<Record<Decline, readonly [string, string]>> = {
  insufficient_funds: ["soft", "retry_later"],
  expired_card: ["data", "retry_with_other_data"],
  do_not_honor: ["soft", "retry_later"],
  stolen_card: ["fraud", "do_not_retry"],
};

const reasons: Readonly<Record<Complaint, string>> = {
  fraud: "fraud",
  not_received: "not_received",
  duplicate: "duplicate",
};

/** A service of one's own, which tells of payments in EventFlow's own words. */
export const standardWebhooks: Voice<StandardWebhooksAccount> = {
  provider: "standard-webhooks",
  settings: StandardWebhooksAccount,
  currencies: { USD: 2, EUR: 2, JPY: 0, KWD: 3 },
  isUnordered: true,
  silent: [],
  tell(moment) {
    const { payment: { ids }, nth, atMs } = moment;
    const [type, data] = said(moment);
    return {
      body: { type, timestamp: new Date(atMs).toISOString(), data },
      headers: { "webhook-id": `msg_${ids.word(`event ${nth}`, 27)}` },
    };
  },
  sign({ body, headers = {} }, { secrets = [] }, nowMs) {
    const time = `${secondsOf(nowMs)}`;
    const before = `${headers["webhook-id"]}.${time}.`;
    const signatures = secrets.map(({ bytes }) =>
      `v1,${hmac("sha256", bytes, [before, body], "base64")}`
    );
    return {
      body,
      headers: {
        ...JSON_BODY,
        ...headers,
        "webhook-timestamp": time,
        "webhook-signature": signatures.join(" "),
      },
    };
  },
  obstacleOf: ({ secrets }) =>
    secrets === undefined
      ? "it must have secrets, as of public_keys nobody but their owner can sign"
      : undefined,
};

function said(moment: Moment): readonly [string, object] {
  const { payment, nth, atMs } = moment;
  const { ids } = payment;
  switch (moment.step) {
    case "authorized":
      return [PAYMENT_AUTHORIZED, {
        ...common(moment),
        provider_auth_id: `auth_${ids.word("authorization", 16)}`,
        instrument: instrument(moment),
      }];
    case "captured":
      return [PAYMENT_CAPTURED, {
        ...common(moment),
        capture_id: `cap_${ids.word("capture", 16)}`,
        final: true,
      }];
    case "partially_refunded":
    case "refunded":
      return [PAYMENT_REFUNDED, {
        ...common(moment),
        refund_id: `ref_${ids.word(`refund ${nth}`, 16)}`,
      }];
    case "failed": {
      const [kind, advice] = decline[payment.decline];
      return [PAYMENT_FAILED, {
        ...common(moment),
        stage: "authorize",
        decline: { class: kind, code: payment.decline, advice },
        instrument: instrument(moment),
      }];
    }
    case "canceled":
      return [PAYMENT_CANCELED, { ...common(moment), cause: "merchant" }];
    case "dispute_opened":
      return [PAYMENT_DISPUTED, {
        ...dispute(moment, "opened"),
        due_at: new Date(daysLater(atMs, 10)).toISOString(),
      }];
    case "dispute_won":
      return [PAYMENT_DISPUTED, dispute(moment, "won")];
    case "dispute_lost":
      return [PAYMENT_DISPUTED, dispute(moment, "lost")];
    case "unrelated":
      return ["customer.created", {
        id: `cus_${ids.word("customer", 16)}`,
        email: payment.email,
      }];
    case "unmapped":
      return ["payment.reviewed", common(moment)];
  }
}

function common({ payment, amount }: Moment) {
  const { ids, orderId, currency, decimals } = payment;
  return {
    payment_id: `pay_${ids.word("payment", 16)}`,
    order_id: orderId,
    amount: amountOf(amount, decimals),
    currency,
  };
}

function instrument({ payment: { ids, card } }: Moment) {
  return {
    kind: "card",
    brand: card.brand,
    bin: card.bin,
    last4: card.last4,
    fingerprint: ids.word("fingerprint", 16),
    issuer_country: card.country,
    funding: card.funding,
  };
}

function dispute(moment: Moment, state: string) {
  const { payment } = moment;
  return {
    ...common(moment),
    dispute_id: `dis_${payment.ids.word("dispute", 16)}`,
    state,
    reason_class: reasons[payment.complaint],
  };
}
