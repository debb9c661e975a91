import { type AccountOf, type ProviderRow, textAt } from "../row.ts";
import { square as scheme } from "./scheme.ts";

export const square = {
  name: "square",
  title: "Square",
  scheme,
  form: "json",
  paymentOf: (event) => {
    const of = (kind: string, ...path: string[]) =>
      textAt(event, "data", "object", kind, ...path);
    return of("payment", "id") ?? of("refund", "payment_id") ??
      of("dispute", "disputed_payment", "payment_id") ??
      textAt(event, "data", "id");
  },
  eventOf: (event) => textAt(event, "event_id"),
} satisfies ProviderRow<AccountOf<typeof scheme>>;
