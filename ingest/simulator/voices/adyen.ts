import { z } from "zod";
import { AdyenAccount } from "../../provider_accounts/adyen.ts";
import { firstSecret, hmac, JSON_BODY } from "./hmac.ts";
import type { Moment } from "./life.ts";
import { wholeNumber } from "./money.ts";
import type { Complaint, Decline } from "./payment.ts";
import { daysLater, secondsText } from "./times.ts";
import type { Voice } from "./voice.ts";

const refusals: Readonly<Record<Decline, readonly [string, string]>> = {
  insufficient_funds: ["Not enough balance", "51 : Insufficient funds"],
  expired_card: ["Expired Card", "54 : Expired card"],
  do_not_honor: ["Refused", "05 : Do not honor"],
  stolen_card: ["Blocked Card", "43 : Stolen card"],
};

const reasons: Readonly<Record<Complaint, readonly [string, string]>> = {
  fraud: ["10.4", "Other Fraud-Card Absent Environment"],
  not_received: ["13.1", "Merchandise/Services Not Received"],
  duplicate: ["12.6.1", "Duplicate Processing"],
};

/** The item that is signed, of all that was told. */
const Notification = z.looseObject({
  notificationItems: z.array(
    z.looseObject({
      NotificationRequestItem: z.looseObject({
        additionalData: z.looseObject({}),
        amount: z.object({ value: z.number(), currency: z.string() }),
        eventCode: z.string(),
        merchantAccountCode: z.string(),
        merchantReference: z.string(),
        originalReference: z.string().optional(),
        pspReference: z.string(),
        success: z.string(),
      }),
    }),
  ),
});

export const adyen: Voice<AdyenAccount> = {
  provider: "adyen",
  settings: AdyenAccount,
  currencies: { EUR: 2, USD: 2, ISK: 2, JPY: 0, KWD: 3 },
  isUnordered: true,
  silent: [],
  tell: (moment) => ({
    body: {
      live: "false",
      notificationItems: [{ NotificationRequestItem: item(moment) }],
    },
  }),
  sign({ body }, account) {
    const key = Uint8Array.fromHex(firstSecret(account));
    const told = Notification.parse(JSON.parse(new TextDecoder().decode(body)));
    const notificationItems = told.notificationItems.map(
      ({ NotificationRequestItem: item }) => {
        const text = [
          item.pspReference,
          item.originalReference ?? "",
          item.merchantAccountCode,
          item.merchantReference,
          item.amount.value,
          item.amount.currency,
          item.eventCode,
          item.success,
        ].join(":");
        const hmacSignature = hmac("sha256", key, [text], "base64");
        const additionalData = { ...item.additionalData, hmacSignature };
        return { NotificationRequestItem: { ...item, additionalData } };
      },
    );
    const signed = JSON.stringify({ ...told, notificationItems });
    return {
      body: new TextEncoder().encode(signed),
      headers: { ...JSON_BODY, ...basicAuth(account) },
    };
  },
};

function basicAuth({ basic_auth }: AdyenAccount): Record<string, string> {
  if (basic_auth === undefined) return {};
  const text = `${basic_auth.user}:${basic_auth.password}`;
  const encoded = new TextEncoder().encode(text).toBase64();
  return { Authorization: `Basic ${encoded}` };
}

function item(moment: Moment) {
  const { payment, step, amount, atMs } = moment;
  const { ids, orderId, currency, shopper } = payment;
  const own = said(moment);
  return {
    additionalData: own.additionalData ?? {},
    amount: {
      currency,
      value: wholeNumber(step === "unrelated" ? 0n : amount),
    },
    eventCode: own.eventCode,
    eventDate: secondsText(atMs).replace("Z", "+00:00"),
    merchantAccountCode: shopper === undefined
      ? "EventFlowECOM"
      : `EventFlow${ids.upper("merchant", 8)}`,
    merchantReference: orderId,
    ...own.modifies !== undefined && {
      originalReference: ids.upper("payment", 16),
    },
    paymentMethod: moment.payment.card.brand.replace("mastercard", "mc"),
    pspReference: ids.upper(own.modifies ?? "payment", 16),
    reason: own.reason ?? "",
    success: `${step !== "failed"}`,
  };
}

type Said = {
  readonly eventCode: string;
  /** What the payment's own reference is the original of, by name; none: the payment itself. */
  readonly modifies?: string;
  readonly reason?: string;
  readonly additionalData?: Record<string, string>;
};

function said(moment: Moment): Said {
  const { payment, nth } = moment;
  const modifies = `modification ${nth}`;
  switch (moment.step) {
    case "authorized":
      return {
        eventCode: "AUTHORISATION",
        reason: `${
          payment.ids.digits("code", 6)
        }:${payment.card.last4}:08/2031`,
        additionalData: {
          ...card(moment),
          authCode: payment.ids.digits("code", 6),
        },
      };
    case "failed": {
      const [reason, raw] = refusals[payment.decline];
      return {
        eventCode: "AUTHORISATION",
        reason,
        additionalData: { ...card(moment), refusalReasonRaw: raw },
      };
    }
    case "captured":
      return { eventCode: "CAPTURE", modifies };
    case "partially_refunded":
    case "refunded":
      return { eventCode: "REFUND", modifies };
    case "canceled":
      return { eventCode: "CANCELLATION", modifies };
    case "dispute_opened":
      return disputed(moment, "NOTIFICATION_OF_CHARGEBACK");
    case "dispute_won":
      return disputed(moment, "CHARGEBACK_REVERSED");
    case "dispute_lost":
      return disputed(moment, "SECOND_CHARGEBACK");
    case "unrelated":
      return {
        eventCode: "REPORT_AVAILABLE",
        reason: "https://ca-test.adyen.com/reports/settlement_detail.csv",
      };
    case "unmapped":
      return { eventCode: "AUTHORISATION_ADJUSTMENT", modifies };
  }
}

function card({ payment: { ids, card, shopper } }: Moment) {
  return {
    // Switched on by those who want to know a card again.
    ...shopper !== undefined && { alias: ids.upper("fingerprint", 16) },
    cardBin: card.bin,
    cardIssuingCountry: card.country,
    cardSummary: card.last4,
    expiryDate: "8/2031",
    fundingSource: card.funding.toUpperCase(),
    "recurring.shopperReference": ids.word("shopper", 12),
  };
}

function disputed({ payment, atMs }: Moment, eventCode: string): Said {
  const [chargebackReasonCode, reason] = reasons[payment.complaint];
  return {
    eventCode,
    modifies: "dispute",
    reason,
    additionalData: {
      chargebackReasonCode,
      chargebackSchemeCode: payment.card.brand,
      defensePeriodEndsAt: secondsText(daysLater(atMs, 18)),
      disputeStatus: eventCode === "CHARGEBACK_REVERSED"
        ? "Won"
        : eventCode === "SECOND_CHARGEBACK"
        ? "Lost"
        : "Undefended",
    },
  };
}
