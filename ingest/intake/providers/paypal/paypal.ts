import { type AccountOf, type ProviderRow, textAt } from "../row.ts";
import { CertificateStore } from "./certificates.ts";
import { paypalBy } from "./scheme.ts";

const scheme = paypalBy(new CertificateStore({ fetch: globalThis.fetch }));

export const paypal = {
  name: "paypal",
  title: "PayPal",
  scheme,
  form: "json",
  // Refunds name their capture alone: the order across them is not promised.
  paymentOf: (event) => {
    const of = (...path: string[]) => textAt(event, "resource", ...path);
    return of("supplementary_data", "related_ids", "order_id") ??
      of("supplementary_data", "related_ids", "capture_id") ??
      textAt(
        event,
        "resource",
        "disputed_transactions",
        0,
        "seller_transaction_id",
      ) ??
      of("id") ?? of("dispute_id");
  },
  eventOf: (event) => textAt(event, "id"),
} satisfies ProviderRow<AccountOf<typeof scheme>>;
