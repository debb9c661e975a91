/**
 * Cards that providers have for tests. A number is never put together: of each there is what a receipt may show.
 *
 * @module
 */
export const cards = [
  { brand: "visa", bin: "424242", last4: "4242", country: "US" },
  { brand: "visa", bin: "400000", last4: "0077", country: "FR" },
  { brand: "mastercard", bin: "555555", last4: "4444", country: "GB" },
  { brand: "mastercard", bin: "222300", last4: "3222", country: "DE" },
  { brand: "amex", bin: "378282", last4: "0005", country: "US" },
] as const;

export type Card = {
  readonly brand: (typeof cards)[number]["brand"];
  /** The issuer's six digits. */
  readonly bin: string;
  readonly last4: string;
  /** The issuer's, ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly funding: "credit" | "debit";
};
