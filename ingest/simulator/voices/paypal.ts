import { PaypalAccount } from "../../provider_accounts/paypal.ts";
import type { PaypalAuthority } from "../paypal_authority/authority.ts";
import { crc32 } from "../paypal_authority/crc32.ts";
import { JSON_BODY } from "./hmac.ts";
import type { Moment } from "./life.ts";
import { decimalText } from "./money.ts";
import type { Complaint, Decline } from "./payment.ts";
import { daysLater, secondsText } from "./times.ts";
import type { Voice } from "./voice.ts";

const responses: Readonly<Record<Decline, string>> = {
  insufficient_funds: "5120",
  expired_card: "5400",
  do_not_honor: "0500",
  stolen_card: "9500",
};

const reasons: Readonly<Record<Complaint, string>> = {
  fraud: "UNAUTHORISED",
  not_received: "MERCHANDISE_OR_SERVICE_NOT_RECEIVED",
  duplicate: "DUPLICATE_TRANSACTION",
};

const API = "https://api.sandbox.paypal.com/v2";

/** @param authority that certifies what is signed, as PayPal's own nobody can have */
export function paypalBy(
  authority: () => PaypalAuthority,
): Voice<PaypalAccount> {
  return {
    provider: "paypal",
    settings: PaypalAccount,
    currencies: { USD: 2, EUR: 2, GBP: 2, JPY: 0, HUF: 0 },
    isUnordered: true,
    silent: [],
    tell(moment) {
      const { payment: { ids }, nth, atMs } = moment;
      const [event_type, resource_type, resource] = said(moment);
      return {
        body: {
          id: `WH-${ids.upper(`event ${nth}`, 17)}-${
            ids.upper(`event's second ${nth}`, 17)
          }`,
          event_version: "1.0",
          create_time: new Date(atMs).toISOString(),
          resource_type,
          resource_version: resource_type === "dispute" ? "1.0" : "2.0",
          event_type,
          summary: `${resource_type} ${moment.step}`.replaceAll("_", " "),
          resource,
          links: [],
        },
        headers: {
          "PAYPAL-TRANSMISSION-ID": ids.uuid(`transmission ${nth}`),
        },
      };
    },
    sign(
      { body, headers = {} },
      { webhook_id, environment, development },
      now,
    ) {
      const id = headers["PAYPAL-TRANSMISSION-ID"] ?? "";
      const time = secondsText(now);
      const { serial, sign } = authority().signerOf(environment);
      const host = development?.certificate_host ?? "";
      return {
        body,
        headers: {
          ...JSON_BODY,
          ...headers,
          "PAYPAL-TRANSMISSION-TIME": time,
          "PAYPAL-TRANSMISSION-SIG": sign(
            `${id}|${time}|${webhook_id}|${crc32(body)}`,
          ),
          "PAYPAL-CERT-URL":
            `http://${host}/v1/notifications/certs/CERT-${serial}`,
          "PAYPAL-AUTH-ALGO": "SHA256withRSA",
        },
      };
    },
    obstacleOf: ({ development }) =>
      development === undefined
        ? "it must have development, as nobody but PayPal has a certificate of PayPal's"
        : undefined,
  };
}

type Said = readonly [type: string, resourceType: string, resource: object];

function said(moment: Moment): Said {
  switch (moment.step) {
    case "authorized":
      return [
        "PAYMENT.AUTHORIZATION.CREATED",
        "authorization",
        authorization(moment, "CREATED"),
      ];
    case "canceled":
      return [
        "PAYMENT.AUTHORIZATION.VOIDED",
        "authorization",
        authorization(moment, "VOIDED"),
      ];
    case "captured":
      return [
        "PAYMENT.CAPTURE.COMPLETED",
        "capture",
        capture(moment, "COMPLETED"),
      ];
    case "failed":
      return [
        "PAYMENT.CAPTURE.DECLINED",
        "capture",
        capture(moment, "DECLINED"),
      ];
    case "partially_refunded":
    case "refunded":
      return ["PAYMENT.CAPTURE.REFUNDED", "refund", refund(moment)];
    case "dispute_opened":
      return ["CUSTOMER.DISPUTE.CREATED", "dispute", dispute(moment)];
    case "dispute_won":
      return [
        "CUSTOMER.DISPUTE.RESOLVED",
        "dispute",
        dispute(moment, "RESOLVED_SELLER_FAVOUR"),
      ];
    case "dispute_lost":
      return [
        "CUSTOMER.DISPUTE.RESOLVED",
        "dispute",
        dispute(moment, "RESOLVED_BUYER_FAVOUR"),
      ];
    case "unrelated":
      return ["CATALOG.PRODUCT.CREATED", "product", {
        id: `PROD-${moment.payment.ids.upper("product", 17)}`,
        name: "A thing",
        create_time: secondsText(moment.atMs),
      }];
    case "unmapped":
      return ["CHECKOUT.ORDER.DECLINED", "checkout-order", {
        id: orderOf(moment),
        intent: "AUTHORIZE",
        status: "DECLINED",
        update_time: secondsText(moment.atMs),
      }];
  }
}

const orderOf = ({ payment: { ids } }: Moment) => ids.upper("order", 17);
const captureOf = ({ payment: { ids } }: Moment) => ids.upper("capture", 17);
const authorizationOf = ({ payment: { ids } }: Moment) =>
  ids.upper("authorization", 17);

function money({ payment: { currency, decimals } }: Moment, amount: bigint) {
  return { currency_code: currency, value: decimalText(amount, decimals) };
}

/** What authorisations, captures and refunds have. */
function common(moment: Moment, status: string) {
  const { payment: { ids, orderId, shopper }, amount, atMs } = moment;
  return {
    ...shopper !== undefined && {
      payee: { merchant_id: ids.upper("merchant", 13) },
      payer: { payer_id: ids.upper("payer", 13) },
    },
    amount: money(moment, amount),
    create_time: secondsText(atMs),
    custom_id: orderId,
    invoice_id: orderId,
    status,
    update_time: secondsText(atMs),
  };
}

function authorization(moment: Moment, status: string) {
  return {
    id: authorizationOf(moment),
    ...common(moment, status),
    expiration_time: secondsText(daysLater(moment.atMs, 29)),
    seller_protection: { status: "ELIGIBLE" },
    supplementary_data: { related_ids: { order_id: orderOf(moment) } },
  };
}

function capture(moment: Moment, status: string) {
  const { payment } = moment;
  return {
    id: captureOf(moment),
    ...common(moment, status),
    final_capture: true,
    seller_protection: { status: "ELIGIBLE" },
    seller_receivable_breakdown: {
      gross_amount: money(moment, payment.amount),
    },
    ...status === "DECLINED" && {
      processor_response: { response_code: responses[payment.decline] },
    },
    supplementary_data: {
      related_ids: {
        authorization_id: authorizationOf(moment),
        order_id: orderOf(moment),
      },
    },
  };
}

/** It names its capture alone, in a link. */
function refund(moment: Moment) {
  const { payment: { ids }, nth, amount, refunded } = moment;
  const id = ids.upper(`refund ${nth}`, 17);
  return {
    id,
    ...common(moment, "COMPLETED"),
    note_to_payer: "Requested by the buyer",
    seller_payable_breakdown: {
      gross_amount: money(moment, amount),
      total_refunded_amount: money(moment, refunded),
    },
    supplementary_data: { related_ids: { capture_id: captureOf(moment) } },
    links: [
      { href: `${API}/payments/refunds/${id}`, rel: "self", method: "GET" },
      {
        href: `${API}/payments/captures/${captureOf(moment)}`,
        rel: "up",
        method: "GET",
      },
    ],
  };
}

function dispute(moment: Moment, outcome_code?: string) {
  const { payment: { ids, amount, complaint, orderId }, atMs } = moment;
  return {
    dispute_id: `PP-D-${ids.digits("dispute", 5)}`,
    create_time: secondsText(atMs),
    update_time: secondsText(atMs),
    disputed_transactions: [{
      seller_transaction_id: captureOf(moment),
      invoice_number: orderId,
      custom: orderId,
    }],
    reason: reasons[complaint],
    status: outcome_code === undefined
      ? "WAITING_FOR_SELLER_RESPONSE"
      : "RESOLVED",
    dispute_amount: money(moment, amount),
    dispute_life_cycle_stage: "CHARGEBACK",
    ...outcome_code === undefined
      ? { seller_response_due_date: secondsText(daysLater(atMs, 10)) }
      : { dispute_outcome: { outcome_code } },
  };
}
