import type { JsonObject } from "#contracts/parse.ts";
import { paypalExponents } from "../exponents/paypal.ts";
import {
  present,
  requiredObject,
  requiredText,
  requiredTime,
  textAt,
  valueAt,
} from "../fields.ts";
import { type Money, moneyOfDecimal, some } from "../money.ts";

/** An event of PayPal, with what each fact of it says. */
export type Told = ReturnType<typeof toldBy>;

type Path = readonly (string | number)[];

/** Where the merchant's own word for the order is: of resources of today, of those of years before, and of disputes. */
const orders: readonly Path[] = [
  ["invoice_id"],
  ["invoice_number"],
  ["custom_id"],
  ["custom"],
  ["disputed_transactions", 0, "invoice_number"],
  ["disputed_transactions", 0, "custom"],
];

/** @throws {Unreadable} if the event has no resource, id or time, or names no payment */
export function toldBy(event: JsonObject) {
  const resource = requiredObject(event, "resource");
  const payment_id = paymentOf(resource);
  const order = orders.find((path) => textAt(resource, ...path) !== undefined);
  return {
    event,
    resource,
    at: requiredTime(event, "create_time"),
    common: present({
      payment_id,
      order_id: order === undefined
        ? payment_id
        : requiredText(resource, ...order),
      order_id_from: order === undefined
        ? "payment_id"
        : ["resource", ...order].join("."),
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
    textAt(resource, "supplementary_data", "related_ids", "capture_id") ??
    textAt(resource, "parent_payment") ??
    textAt(resource, "capture_id") ??
    textAt(resource, "sale_id") ??
    captureAbove(resource) ??
    textAt(
      resource,
      "disputed_transactions",
      0,
      "seller_transaction_id",
    ) ??
    requiredText(resource, "dispute_id" in resource ? "dispute_id" : "id");
}

/** The capture that a refund's link leads up to: `https://api.paypal.com/v2/payments/captures/42311647XV020574X`. */
function captureAbove({ links }: JsonObject): string | undefined {
  if (!Array.isArray(links)) return undefined;
  const up = links.find((link) => textAt(link, "rel") === "up");
  return textAt(up, "href")?.match(/\/payments\/captures?\/(\w+)$/)?.[1];
}

/**
 * The money of a resource, in either shape: `amount.{value,currency_code}`, and of years before `amount.{total,currency}`.
 *
 * @throws {Unreadable} if there is none, or its decimals are not known
 */
export function moneyOf({ resource }: Told, key = "amount"): Money {
  const isOld = valueAt(resource, key, "value") === undefined &&
    valueAt(resource, key, "total") !== undefined;
  const path = `resource.${key}.${isOld ? "total" : "value"}`;
  return some(
    moneyOfDecimal({
      value: valueAt(resource, key, isOld ? "total" : "value"),
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
