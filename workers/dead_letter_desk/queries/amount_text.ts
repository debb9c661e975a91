import { currencies } from "#contracts/currencies.ts";

/**
 * Digits of an amount, with thousands apart, nothing rounded, and no fewer decimals than its currency has: `1234567.8` of euros as
 * `1,234,567.80`.
 */
export function amountText(amount: string, currency: string | null): string {
  const [whole = "", fraction = ""] = amount.split(".");
  const { decimals = 0 } = currencies.get(currency ?? "") ?? {};
  const digits = fraction.padEnd(decimals, "0");
  const apart = whole.replaceAll(/\B(?=(?:\d{3})+$)/g, ",");
  return digits === "" ? apart : `${apart}.${digits}`;
}
