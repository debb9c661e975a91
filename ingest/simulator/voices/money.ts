/** Minor units as decimal text: -4990n with 2 decimals is `-49.90`. */
export function decimalText(minor: bigint, decimals: number): string {
  const sign = minor < 0n ? "-" : "";
  const digits = `${minor < 0n ? -minor : minor}`.padStart(decimals + 1, "0");
  const point = digits.length - decimals;
  const fraction = digits.slice(point);
  return `${sign}${digits.slice(0, point)}${fraction && `.${fraction}`}`;
}

/** Minor units as a JSON number: they are far below 2^53. */
export function wholeNumber(minor: bigint): number {
  return Number(minor);
}
