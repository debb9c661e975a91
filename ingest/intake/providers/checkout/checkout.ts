import { type AccountOf, type ProviderRow, textAt } from "../row.ts";
import { checkout as scheme } from "./scheme.ts";

export const checkout = {
  name: "checkout",
  title: "Checkout.com",
  scheme,
  form: "json",
  // Of a dispute data.id is the dispute's.
  paymentOf: (event) =>
    textAt(event, "data", "payment_id") ?? textAt(event, "data", "id"),
  eventOf: (event) => textAt(event, "id"),
} satisfies ProviderRow<AccountOf<typeof scheme>>;
