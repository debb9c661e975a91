import type { JsonObject } from "#contracts/parse.ts";
import { paypalExponents } from "../exponents/paypal.ts";
import {
  present,
  requiredObject,
  requiredText,
  textAt,
  valueAt,
} from "../fields.ts";
import { type Money, moneyOfDecimal, some } from "../money.ts";
import { orderIdIn } from "../order_id.ts";
import { requiredTime } from "../times.ts";

const SALE_REFUNDED = "PAYMENT.SALE.REFUNDED";

/** An event of PayPal, with what each fact of it says. */
export type Told = ReturnType<typeof toldBy>;

/** Where the merchant's own word for the order is: of resources of today, of those of years before, and of disputes. */
const orders: readonly (readonly (string | number)[])[] = [
  ["resource", "invoice_id"],
  ["resource", "invoice_number"],
  ["resource", "custom_id"],
  ["resource", "custom"],
  ["resource", "disputed_transactions", 0, "invoice_number"],
  ["resource", "disputed_transactions", 0, "custom"],
];

/** @throws {Unreadable} if the event has no resource, id or time, or names no payment */
export function toldBy(event: JsonObject) {
  const resource = requiredObject(event, "resource");
  const payment_id = paymentOf(resource);
  return {
    event,
    resource,
    at: requiredTime(event, ["create_time"]),
    common: present({
      payment_id,
      ...orderIdIn(event, payment_id, ...orders),
      provider_event_type: requiredText(event, "event_type"),
      provider_event_id: requiredText(event, "id"),
      merchant_id: textAt(resource, "payee", "merchant_id") ??
        textAt(resource, "disputed_transactions", 0, "seller", "merchant_id"),
      customer_id: textAt(resource, "payer", "payer_id"),
    }),
  };
}

/**
 * What events of one payment share, as far as they do: the order; of resources of years before the `parent_payment`. A refund and
 * a dispute name their capture alone, and a refund does so in a link.
 */
function paymentOf(resource: JsonObject): string {
  return textAt(resource, "supplementary_data", "related_ids", "order_id") ??
    above(resource, /\/checkout\/orders\/(\w+)$/) ??
    textAt(resource, "supplementary_data", "related_ids", "capture_id") ??
    textAt(resource, "parent_payment") ??
    textAt(resource, "capture_id") ??
    textAt(resource, "sale_id") ??
    above(resource, /\/payments\/captures?\/(\w+)$/) ??
    textAt(
      resource,
      "disputed_transactions",
      0,
      "seller_transaction_id",
    ) ??
    requiredText(resource, "dispute_id" in resource ? "dispute_id" : "id");
}

/** What a resource's link leads up to: of a refund its capture, `https://api.paypal.com/v2/payments/captures/42311647XV020574X`. */
function above({ links }: JsonObject, path: RegExp): string | undefined {
  if (!Array.isArray(links)) return undefined;
  const up = links.find((link) => textAt(link, "rel") === "up");
  return textAt(up, "href")?.match(path)?.[1];
}

/**
 * The money of a resource, in either shape: `amount.{value,currency_code}`, and of years before `amount.{total,currency}`.
 *
 * @throws {Unreadable} if there is none, or its decimals are not known
 */
export function moneyOf({ resource, common }: Told, key = "amount"): Money {
  const isOld = valueAt(resource, key, "value") === undefined &&
    valueAt(resource, key, "total") !== undefined;
  const path = `resource.${key}.${isOld ? "total" : "value"}`;
  const value = valueAt(resource, key, isOld ? "total" : "value");
  // What a refund of a sale took from the merchant.
  const isTaken = isOld && common.provider_event_type === SALE_REFUNDED;
  return some(
    moneyOfDecimal({
      value: isTaken && typeof value === "string"
        ? value.replace(/^-/, "")
        : value,
      currency: valueAt(resource, key, isOld ? "currency" : "currency_code"),
      path,
      exponents: paypalExponents,
    }),
    path,
  );
}

/** In capital letters; of resources of years before it is called `state`. */
export function statusOf({ resource }: Told): string | undefined {
  return (textAt(resource, "status") ?? textAt(resource, "state"))
    ?.toUpperCase();
}
