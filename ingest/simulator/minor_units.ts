/**
 * Money as a whole number of minor units (cents, fils): amounts are calculated here and only written
 * out as decimals, so no amount passes through float arithmetic.
 *
 * @module
 */

/**
 * Reads `49.90` with 2 decimals as 4990n.
 *
 * @returns undefined if the text is no decimal number or has more decimals than asked for
 */
export function minorUnits(text: string, decimals: number): bigint | undefined {
  const [, units, fraction = ""] = /^(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  const kept = fraction.replace(/0+$/, "");
  if (units === undefined || kept.length > decimals) return undefined;
  return BigInt(units + kept.padEnd(decimals, "0"));
}

/** Changes the number of decimals, rounding down if they become fewer, but never to nothing. */
export function rescale(
  minor: bigint,
  { from, to }: { from: number; to: number },
): bigint {
  const scaled = to >= from
    ? minor * 10n ** BigInt(to - from)
    : minor / 10n ** BigInt(from - to);
  return scaled > 0n ? scaled : 1n;
}

/**
 * The amount as the JSON number a provider would write: 4990n with 2 decimals is `49.9`.
 *
 * Parsing a decimal text of at most 15 digits and writing it again gives the same number (IEEE 754
 * double), so the JSON has no more decimals than the currency.
 */
export function amountOf(minor: bigint, decimals: number): number {
  const digits = minor.toString().padStart(decimals + 1, "0");
  const point = digits.length - decimals;
  return Number(`${digits.slice(0, point)}.${digits.slice(point)}`);
}
