import { currencies } from "#contracts/currencies.ts";

/** A currency as the value of a metric's label: its ISO 4217 code, or `other`, but never any text that came in. */
export function currencyLabel(currency: unknown): string {
  return typeof currency === "string" && currencies.has(currency)
    ? currency
    : "other";
}
