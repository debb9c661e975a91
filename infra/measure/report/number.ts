/** A number as a person reads it: 12,345; 38.4; 0.84; 0.0123. What is none is a dash. */
export function readable(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  const form = size < 0.1
    ? { maximumSignificantDigits: 3 }
    : { maximumFractionDigits: size >= 100 ? 0 : size >= 10 ? 1 : 2 };
  return value.toLocaleString("en", form);
}

/** A number and its unit, which may be none. */
export function withUnit(value: number | undefined, unit: string): string {
  return unit && value !== undefined
    ? `${readable(value)} ${unit}`
    : readable(value);
}
