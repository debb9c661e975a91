import { nonBlank } from "#contracts/fields.ts";
import { type AccountOf, type ProviderRow, textAt } from "../row.ts";
import { razorpay as scheme } from "./scheme.ts";

export const razorpay = {
  name: "razorpay",
  title: "Razorpay",
  scheme,
  form: "json",
  paymentOf: (event) => {
    const of = (kind: string, key: string) =>
      textAt(event, "payload", kind, "entity", key);
    return of("payment", "id") ?? of("refund", "payment_id") ??
      of("dispute", "payment_id") ?? of("order", "id");
  },
  eventOf: (_, headers) => nonBlank(headers.get("x-razorpay-event-id")),
} satisfies ProviderRow<AccountOf<typeof scheme>>;
