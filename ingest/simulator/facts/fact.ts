import { PAYMENT_AUTHORIZED } from "#contracts/events/payment_authorized/payment_authorized.ts";
import { PAYMENT_CANCELED } from "#contracts/events/payment_canceled/payment_canceled.ts";
import { PAYMENT_CAPTURED } from "#contracts/events/payment_captured/payment_captured.ts";
import { PAYMENT_DISPUTED } from "#contracts/events/payment_disputed/payment_disputed.ts";
import { PAYMENT_FAILED } from "#contracts/events/payment_failed/payment_failed.ts";
import { PAYMENT_REFUNDED } from "#contracts/events/payment_refunded/payment_refunded.ts";
import { amountOf } from "../minor_units.ts";
import type { Moment } from "../voices/life.ts";
import type { Complaint, Decline } from "../voices/payment.ts";
import { daysLater } from "../voices/times.ts";

/** What happened to a payment, in the words of our contracts, without what is around it. */
export type Fact = {
  readonly type: string;
  readonly payload: ReturnType<typeof moneyOf> & Record<string, unknown>;
};

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

/**
 * What happened at a moment, as a type of our contracts and its payload.
 *
 * @returns undefined for what is no fact of a payment
 */
export function factAt(moment: Moment): Fact | undefined {
  const { payment, nth, atMs } = moment;
  const { ids } = payment;
  switch (moment.step) {
    case "authorized":
      return {
        type: PAYMENT_AUTHORIZED,
        payload: {
          ...common(moment),
          provider_auth_id: `auth_${ids.word("authorization", 16)}`,
          ...instrumentOf(moment),
        },
      };
    case "captured":
      return {
        type: PAYMENT_CAPTURED,
        payload: {
          ...common(moment),
          capture_id: `cap_${ids.word("capture", 16)}`,
          final: true,
        },
      };
    case "partially_refunded":
    case "refunded":
      return {
        type: PAYMENT_REFUNDED,
        payload: {
          ...common(moment),
          refund_id: `ref_${ids.word(`refund ${nth}`, 16)}`,
        },
      };
    case "failed": {
      const [kind, advice] = decline[payment.decline];
      return {
        type: PAYMENT_FAILED,
        payload: {
          ...common(moment),
          stage: "authorize",
          decline: { class: kind, code: payment.decline, advice },
          ...instrumentOf(moment),
        },
      };
    }
    case "canceled":
      return {
        type: PAYMENT_CANCELED,
        payload: { ...common(moment), cause: "merchant" },
      };
    case "dispute_opened":
      return disputed(moment, {
        state: "opened",
        due_at: new Date(daysLater(atMs, 10)).toISOString(),
      });
    case "dispute_won":
      return disputed(moment, { state: "won" });
    case "dispute_lost":
      return disputed(moment, { state: "lost" });
    case "unrelated":
    case "unmapped":
      return undefined;
  }
}

/** What every event of a payment says: its ids and its money. */
export function moneyOf({ payment, amount }: Moment) {
  const { ids, orderId, currency, decimals } = payment;
  return {
    payment_id: `pay_${ids.word("payment", 16)}`,
    order_id: orderId,
    amount: amountOf(amount, decimals),
    currency,
  };
}

function common(moment: Moment) {
  const { ids, shopper } = moment.payment;
  return {
    ...moneyOf(moment),
    ...shopper !== undefined && {
      customer_id: `cus_${ids.word("customer", 16)}`,
      merchant_id: `mer_${ids.word("merchant", 12)}`,
    },
  };
}

/** What pays, and from where. */
function instrumentOf({ payment: { ids, card, shopper } }: Moment) {
  return {
    instrument: {
      kind: "card",
      brand: card.brand,
      bin: card.bin,
      last4: card.last4,
      fingerprint: ids.word("fingerprint", 16),
      issuer_country: card.country,
      funding: card.funding,
    },
    ...shopper !== undefined && { ip_country: shopper.ipCountry },
  };
}

function disputed(
  moment: Moment,
  own: { readonly state: string; readonly due_at?: string },
): Fact {
  const { ids, complaint } = moment.payment;
  return {
    type: PAYMENT_DISPUTED,
    payload: {
      ...common(moment),
      dispute_id: `dis_${ids.word("dispute", 16)}`,
      reason_class: reasons[complaint],
      ...own,
    },
  };
}
