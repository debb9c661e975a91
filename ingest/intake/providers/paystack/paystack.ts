import { type AccountOf, type ProviderRow, textAt } from "../row.ts";
import { paystack as scheme } from "./scheme.ts";

export const paystack = {
  name: "paystack",
  title: "Paystack",
  scheme,
  form: "json",
  paymentOf: (event) =>
    textAt(event, "data", "transaction_reference") ??
      textAt(event, "data", "transaction", "reference") ??
      textAt(event, "data", "reference"),
  // It has none: an event of a kind comes once for each object.
  eventOf: (event) => {
    const [kind, id] = [textAt(event, "event"), textAt(event, "data", "id")];
    return kind === undefined || id === undefined ? undefined : `${kind}:${id}`;
  },
} satisfies ProviderRow<AccountOf<typeof scheme>>;
