import { type AccountOf, type ProviderRow, textAt } from "../row.ts";
import { stripe as scheme } from "./scheme.ts";

export const stripe = {
  name: "stripe",
  title: "Stripe",
  scheme,
  form: "json",
  // Charges, refunds and disputes name their payment intent; what has none is a charge of an older integration.
  paymentOf: (event) => {
    const of = (key: string) => textAt(event, "data", "object", key);
    return of("payment_intent") ?? of("charge") ?? of("id");
  },
  eventOf: (event) => textAt(event, "id"),
} satisfies ProviderRow<AccountOf<typeof scheme>>;
