import { nonBlank } from "#contracts/fields.ts";
import { type AccountOf, type ProviderRow, textAt } from "../row.ts";
import { standardWebhooks as scheme } from "./scheme.ts";

export const standardWebhooks = {
  name: "standard-webhooks",
  title: "Standard Webhooks",
  scheme,
  form: "json",
  // What an own service sends is an event as our contracts have it, or names its payment in `data`.
  paymentOf: (event) =>
    textAt(event, "payload", "payment_id") ??
      textAt(event, "data", "payment_id") ??
      textAt(event, "data", "id"),
  eventOf: (_, headers) =>
    nonBlank(headers.get("webhook-id")) ?? nonBlank(headers.get("svix-id")),
} satisfies ProviderRow<AccountOf<typeof scheme>>;
