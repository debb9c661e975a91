import { currencies } from "#contracts/currencies.ts";
import type { Exponents } from "../money.ts";

/**
 * A table of exponents.
 *
 * @param codes by how many decimals they have, parted by blanks
 */
export function byDecimals(
  codes: { readonly [decimals: number]: string },
): Exponents {
  return new Map(
    Object.entries(codes).flatMap(([decimals, list]) =>
      list.split(/\s+/).map((code) => [code, Number(decimals)] as const)
    ),
  );
}

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
