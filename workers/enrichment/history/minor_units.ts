import { decimalsOf } from "#contracts/currencies.ts";
import { MINOR_LIMIT } from "./contribution.ts";

/** By decimals: how many minor units are one unit. */
export const powersOfTen: readonly number[] = [1, 10, 100, 1_000, 10_000];

/**
 * An amount in whole minor units: 49.90 USD are 4990.
 *
 * @param amount in units of the currency
 * @returns an integer, at most `MINOR_LIMIT`
 */
export function minorUnits(amount: number, currency: string): number {
  const minor = Math.round(amount * (powersOfTen[decimalsOf(currency)] ?? 1));
  return Math.max(0, Math.min(minor, MINOR_LIMIT));
}
