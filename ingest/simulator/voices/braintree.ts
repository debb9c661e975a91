import { createHash } from "node:crypto";
import { BraintreeAccount } from "../../provider_accounts/braintree.ts";
import { hmac } from "./hmac.ts";
import type { Moment } from "./life.ts";
import { decimalText } from "./money.ts";
import type { Complaint, Decline, Payment } from "./payment.ts";
import { daysLater, dayText, secondsText } from "./times.ts";
import type { Voice } from "./voice.ts";
import { type Xml, xmlText } from "./xml.ts";

const responses: Readonly<Record<Decline, readonly [string, string]>> = {
  insufficient_funds: ["2001", "Insufficient Funds"],
  expired_card: ["2004", "Expired Card"],
  do_not_honor: ["2000", "Do Not Honor"],
  stolen_card: ["2013", "Declined - Possible Stolen Card"],
};

const reasons: Readonly<Record<Complaint, readonly [string, string]>> = {
  fraud: ["fraud", "83"],
  not_received: ["product_not_received", "30"],
  duplicate: ["duplicate", "82"],
};

export const braintree: Voice<BraintreeAccount> = {
  provider: "braintree",
  settings: BraintreeAccount,
  currencies: { USD: 2, EUR: 2, JPY: 0 },
  isUnordered: true,
  // A refund is a transaction of its own, of which there is no webhook.
  silent: [
    "authorized",
    "partially_refunded",
    "refunded",
    "canceled",
  ],
  tell(moment) {
    const [kind, subject] = said(moment);
    const notification = {
      timestamp: datetime(moment.atMs),
      kind,
      subject,
    };
    return { body: xmlText({ notification }) };
  },
  // The payload in lines, as its own library prints it; signed by each pair that is known.
  sign({ body }, { keys }) {
    const payload = `${body.toBase64().replace(/.{60}(?=.)/g, "$&\n")}\n`;
    const signatures = keys.map(({ public: name, private: secret }) => {
      const key = createHash("sha1").update(secret).digest();
      return `${name}|${hmac("sha1", key, [payload], "hex")}`;
    });
    const form = new URLSearchParams({
      bt_signature: signatures.join("&"),
      bt_payload: payload,
    });
    return {
      body: new TextEncoder().encode(form.toString()),
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
    };
  },
};

const datetime = (ms: number): Xml => ({
  is: { type: "datetime" },
  text: secondsText(ms),
});
const date = (ms: number): Xml => ({
  is: { type: "date" },
  text: dayText(ms),
});

function said(moment: Moment): readonly [string, Xml] {
  switch (moment.step) {
    case "failed":
      return ["transaction_settlement_declined", {
        transaction: transaction(moment, "settlement_declined"),
      }];
    case "dispute_opened":
      return ["dispute_opened", { dispute: dispute(moment, "open") }];
    case "dispute_won":
      return ["dispute_won", { dispute: dispute(moment, "won") }];
    case "dispute_lost":
      return ["dispute_lost", { dispute: dispute(moment, "lost") }];
    case "unmapped":
      return ["transaction_retried", {
        transaction: transaction(moment, "settled"),
      }];
    case "unrelated":
      return ["check", { check: { is: { type: "boolean" }, text: "true" } }];
    default:
      return ["transaction_settled", {
        transaction: transaction(moment, "settled"),
      }];
  }
}

function money({ payment: { amount, decimals } }: Moment) {
  return decimalText(amount, decimals);
}

function merchantOf({ ids, shopper }: Payment): string {
  return shopper === undefined
    ? "eventflow"
    : `eventflow_${ids.word("merchant", 8).toLowerCase()}`;
}

function transaction(moment: Moment, status: string): Xml {
  const { payment, atMs } = moment;
  const { ids, card } = payment;
  const [code, text] = status === "settled"
    ? ["1000", "Approved"]
    : responses[payment.decline];
  return {
    id: ids.word("transaction", 8).toLowerCase(),
    status,
    type: "sale",
    "currency-iso-code": payment.currency,
    amount: money(moment),
    "merchant-account-id": merchantOf(payment),
    "order-id": payment.orderId,
    "created-at": datetime(atMs),
    "updated-at": datetime(atMs),
    "customer": { id: ids.digits("customer", 9), email: payment.email },
    "credit-card": {
      bin: card.bin,
      "card-type": {
        visa: "Visa",
        mastercard: "MasterCard",
        amex: "American Express",
      }[card.brand],
      "last-4": card.last4,
      "expiration-month": "08",
      "expiration-year": "2031",
      "country-of-issuance": card.country === "US" ? "USA" : "Unknown",
      debit: card.funding === "debit" ? "Yes" : "No",
      "unique-number-identifier": ids.hex("fingerprint", 32),
    },
    "processor-response-code": code,
    "processor-response-text": text,
    "payment-instrument-type": "credit_card",
  };
}

function dispute(moment: Moment, status: string): Xml {
  const { payment: { ids, complaint, currency, orderId }, atMs } = moment;
  const [reason, code] = reasons[complaint];
  return {
    id: ids.word("dispute", 16).toLowerCase(),
    amount: money(moment),
    "amount-disputed": money(moment),
    "amount-won": status === "won" ? money(moment) : "0.00",
    "currency-iso-code": currency,
    kind: "chargeback",
    reason,
    "reason-code": code,
    "received-date": date(atMs),
    "reply-by-date": date(daysLater(atMs, 10)),
    "date-opened": date(atMs),
    status,
    "merchant-account-id": merchantOf(moment.payment),
    transaction: {
      id: ids.word("transaction", 8).toLowerCase(),
      amount: money(moment),
      "created-at": datetime(atMs),
      "order-id": orderId,
      "payment-instrument-subtype": "Visa",
    },
  };
}
