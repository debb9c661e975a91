/** Codes of ISO 4217, as the runtime knows them: a closed set. */
const currencies = new Set(Intl.supportedValuesOf("currency"));

/** A currency as the value of a metric's label: its ISO 4217 code, or `other`, but never any text that came in. */
export function currencyLabel(currency: unknown): string {
  return typeof currency === "string" && currencies.has(currency)
    ? currency
    : "other";
}
