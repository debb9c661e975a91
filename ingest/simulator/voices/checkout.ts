import { CheckoutAccount } from "../../provider_accounts/checkout.ts";
import { firstSecret, hmac, JSON_BODY } from "./hmac.ts";
import type { Moment } from "./life.ts";
import { wholeNumber } from "./money.ts";
import type { Complaint, Decline } from "./payment.ts";
import { daysLater } from "./times.ts";
import type { Voice } from "./voice.ts";

const responses: Readonly<Record<Decline, readonly [string, string]>> = {
  insufficient_funds: ["20051", "Insufficient Funds"],
  expired_card: ["20054", "Expired Card"],
  do_not_honor: ["20005", "Declined - Do Not Honour"],
  stolen_card: ["30043", "Stolen Card - Pick Up"],
};

const reasons: Readonly<Record<Complaint, readonly [string, string]>> = {
  fraud: ["fraudulent", "10.4"],
  not_received: ["not_received", "13.1"],
  duplicate: ["duplicate", "12.6.1"],
};

export const checkout: Voice<CheckoutAccount> = {
  provider: "checkout",
  settings: CheckoutAccount,
  currencies: { EUR: 2, USD: 2, GBP: 2, JPY: 0, ISK: 0, BHD: 3 },
  isUnordered: true,
  silent: [],
  tell(moment) {
    const { payment: { ids }, nth, atMs } = moment;
    const [type, data] = said(moment);
    const id = `evt_${low(ids.word(`event ${nth}`, 26))}`;
    const api = "https://api.sandbox.checkout.com";
    return {
      body: {
        id,
        type,
        version: "1.0.29",
        created_on: time(atMs),
        data,
        _links: {
          self: { href: `${api}/workflows/events/${id}` },
          payment: { href: `${api}/payments/${paymentOf(moment)}` },
        },
      },
    };
  },
  sign: ({ body }, account) => ({
    body,
    headers: {
      ...JSON_BODY,
      "Cko-Signature": hmac("sha256", firstSecret(account), [body], "hex"),
      ...account.authorization !== undefined &&
        { Authorization: account.authorization },
    },
  }),
};

const low = (text: string) => text.toLowerCase();
/** With seven digits behind the point, as .NET prints it. */
const time = (ms: number) => new Date(ms).toISOString().replace("Z", "0000Z");
const paymentOf = ({ payment: { ids } }: Moment) =>
  `pay_${low(ids.word("payment", 26))}`;

function said(moment: Moment): readonly [string, object] {
  const { payment: { ids, card, decline }, step, atMs } = moment;
  switch (step) {
    case "authorized":
      return ["payment_approved", {
        ...action(moment),
        auth_code: ids.digits("authorization", 6),
        balances: balances(moment),
        customer: { id: `cus_${low(ids.word("customer", 26))}` },
        payment_ip: moment.payment.ip,
        scheme_id: ids.digits("scheme", 15),
        source: source(moment),
      }];
    case "captured":
      return ["payment_captured", {
        ...action(moment),
        balances: balances(moment),
      }];
    case "partially_refunded":
    case "refunded":
      return ["payment_refunded", {
        ...action(moment),
        balances: balances(moment),
      }];
    case "canceled":
      return ["payment_voided", action(moment)];
    case "failed": {
      const [response_code, response_summary] = responses[decline];
      return ["payment_declined", {
        ...action(moment),
        payment_ip: moment.payment.ip,
        response_code,
        response_summary,
        source: source(moment),
      }];
    }
    case "dispute_opened":
      return ["dispute_received", {
        ...dispute(moment, "evidence_required"),
        evidence_required_by: time(daysLater(atMs, 14)),
      }];
    case "dispute_won":
      return ["dispute_won", dispute(moment, "won")];
    case "dispute_lost":
      return ["dispute_lost", dispute(moment, "lost")];
    case "unrelated":
      return ["card_verified", {
        id: `pay_${low(ids.word("verification", 26))}`,
        amount: 0,
        currency: moment.payment.currency,
        processed_on: time(atMs),
        source: { type: "card", last_4: card.last4 },
      }];
    case "unmapped":
      return ["payment_returned", action(moment)];
  }
}

function action(moment: Moment) {
  const { payment, nth, amount, atMs } = moment;
  const { ids, orderId, currency, shopper } = payment;
  return {
    id: paymentOf(moment),
    action_id: `act_${low(ids.word(`action ${nth}`, 26))}`,
    reference: orderId,
    ...shopper !== undefined &&
      { entity_id: `ent_${low(ids.word("merchant", 26))}` },
    amount: wholeNumber(amount),
    currency,
    processed_on: time(atMs),
    response_code: "10000",
    response_summary: "Approved",
    metadata: {},
  };
}

function balances({ payment, captured, refunded }: Moment) {
  const [whole, taken, back] = [payment.amount, captured, refunded]
    .map(wholeNumber);
  return {
    total_authorized: whole,
    total_voided: 0,
    available_to_void: captured === 0n ? whole : 0,
    total_captured: taken,
    available_to_capture: captured === 0n ? whole : 0,
    total_refunded: back,
    available_to_refund: wholeNumber(captured - refunded),
  };
}

function source({ payment: { ids, card } }: Moment) {
  return {
    type: "card",
    id: `src_${low(ids.word("source", 26))}`,
    bin: card.bin,
    card_category: "CONSUMER",
    card_type: card.funding.toUpperCase(),
    expiry_month: 8,
    expiry_year: 2031,
    fingerprint: ids.hex("fingerprint", 64).toUpperCase(),
    issuer_country: card.country,
    last_4: card.last4,
    scheme: card.brand.toUpperCase(),
  };
}

function dispute(moment: Moment, status: string) {
  const { payment, atMs } = moment;
  const [category, reason_code] = reasons[payment.complaint];
  return {
    id: `dsp_${payment.ids.hex("dispute", 22)}`,
    amount: wholeNumber(payment.amount),
    category,
    currency: payment.currency,
    payment_id: paymentOf(moment),
    payment_method: payment.card.brand,
    payment_reference: payment.orderId,
    reason_code,
    received_on: time(atMs),
    status,
  };
}
