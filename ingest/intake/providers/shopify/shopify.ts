import { nonBlank } from "#contracts/fields.ts";
import { type AccountOf, type ProviderRow, textAt } from "../row.ts";
import { shopify as scheme } from "./scheme.ts";

export const shopify = {
  name: "shopify",
  title: "Shopify",
  scheme,
  form: "json",
  // Of transactions and refunds the order; an order is its own.
  paymentOf: (event) => textAt(event, "order_id") ?? textAt(event, "id"),
  eventOf: (_, headers) => nonBlank(headers.get("x-shopify-event-id")),
} satisfies ProviderRow<AccountOf<typeof scheme>>;
