import { currencies } from "#contracts/currencies.ts";
import type { Exponents } from "../money.ts";

/** The currencies to which ISO 4217 gives, or gave while they were, this many decimals: parted by blanks. */
export function isoCodesWith(decimals: number): string {
  return [...currencies.values()]
    .filter((currency) => currency.decimals === decimals)
    .map(({ code }) => code).join(" ");
}

/** All of ISO 4217's, with its decimals: for amounts as decimal text, of which it says how many decimals there can be. */
export const isoExponents: Exponents = new Map(
  [...currencies.values()].map(({ code, decimals }) => [code, decimals]),
);
