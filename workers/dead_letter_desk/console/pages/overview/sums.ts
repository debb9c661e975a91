import type { Amount, CauseRow } from "../../../queries/causes.ts";

/** Decimals as whole numbers of their smallest digit: money is not added as floating point. */
function added(one: string, other: string): string {
  const [a, b] = [decimal(one), decimal(other)];
  const digits = Math.max(a.digits, b.digits);
  const sum = a.units * 10n ** BigInt(digits - a.digits) +
    b.units * 10n ** BigInt(digits - b.digits);
  if (digits === 0) return sum.toString();
  const text = sum.toString().padStart(digits + 1, "0");
  return `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

function decimal(text: string): { units: bigint; digits: number } {
  const [whole = "0", fraction = ""] = text.split(".");
  return { units: BigInt(whole + fraction), digits: fraction.length };
}

/** What waits in all causes together, by currency. */
export function moneyOf(
  causes: readonly Pick<CauseRow, "amounts">[],
): Amount[] {
  const sums = new Map<string, string>();
  for (const { currency, amount } of causes.flatMap((one) => one.amounts)) {
    sums.set(currency, added(sums.get(currency) ?? "0", amount));
  }
  return [...sums].sort(([a], [b]) => a.localeCompare(b))
    .map(([currency, amount]) => ({ currency, amount }));
}

const HOUR_S = 3_600;

/** Letters of all causes by hour, each at the hour's beginning in seconds since the epoch. */
export function lettersByHour(
  causes: readonly Pick<CauseRow, "hours">[],
  now: Date,
): { readonly x: number[]; readonly values: number[] } {
  const thisHour = Math.floor(now.getTime() / 1_000 / HOUR_S) * HOUR_S;
  const values = Array.from(
    { length: 24 },
    (_, n) => causes.reduce((sum, { hours }) => sum + (hours[n] ?? 0), 0),
  );
  return {
    x: values.map((_, n) => thisHour - (23 - n) * HOUR_S),
    values,
  };
}
