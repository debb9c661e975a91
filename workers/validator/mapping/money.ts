/**
 * Money as providers write it, shifted as text. How many decimals a currency has differs from provider to provider, and from
 * ISO 4217: what is in no table is refused, not guessed.
 *
 * @module
 */
import { Unreadable, unreadable } from "./unreadable.ts";

/** An amount in units of a currency, as a JSON number is written: `49.90`. */
export type Money = { readonly amount: string; readonly currency: string };

/** Decimals of each currency that a provider takes, by ISO 4217's code. */
export type Exponents = ReadonlyMap<string, number>;

/** @param codes by their decimals, with blanks between them */
export function exponentsOf(
  codes: { readonly [decimals: number]: string },
): Exponents {
  return new Map(
    Object.entries(codes).flatMap(([decimals, list]) =>
      list.trim().split(/\s+/).map((code) => [code, Number(decimals)] as const)
    ),
  );
}

/** Below it every whole number is one double. */
const MAX_MINOR = BigInt(Number.MAX_SAFE_INTEGER);

/** Of the contract's limit of amounts, 10^15. */
const MOST_WHOLE_DIGITS = 15;

/**
 * Money that is told in a currency's least units: 4990 EUR is `49.90`.
 *
 * @param value a whole number, or one as text
 * @param currency in any case
 * @param path where the amount is, for whoever reads why it was refused
 * @throws {Unreadable} with `unknown_exponent`, or with `contract_violation` if it is no such number
 */
export function moneyOfMinorUnits(
  { value, currency, path, exponents }: {
    value: unknown;
    currency: unknown;
    path: string;
    exponents: Exponents;
  },
): Money {
  const code = codeOf(currency, path);
  const digits = wholeNumber(value, path);
  const exponent = exponentOf(code, exponents, path);
  const padded = digits.padStart(exponent + 1, "0");
  const point = padded.length - exponent;
  if (point > MOST_WHOLE_DIGITS) {
    throw unreadable(path, "must be less than 10^15 of the currency");
  }
  const whole = padded.slice(0, point);
  return {
    amount: exponent === 0 ? whole : `${whole}.${padded.slice(point)}`,
    currency: code,
  };
}

/** Whether it is no money at all: a card that was only checked. */
export function isNothing({ amount }: Money): boolean {
  return !/[1-9]/.test(amount);
}

/**
 * The same money, of which there must be some: a fact says what moved.
 *
 * @throws {Unreadable} if it is nothing
 */
export function some(money: Money, path: string): Money {
  if (isNothing(money)) throw unreadable(path, "must be greater than 0");
  return money;
}

/**
 * Money that is told as decimal text: `"49.90"`.
 *
 * @throws {Unreadable} with `unknown_exponent` if the currency is in no table, or with `contract_violation` if it is no such text,
 * or has more decimals than the currency
 */
export function moneyOfDecimal(
  { value, currency, path, exponents }: {
    value: unknown;
    currency: unknown;
    path: string;
    exponents: Exponents;
  },
): Money {
  const code = codeOf(currency, path);
  const exponent = exponentOf(code, exponents, path);
  const [, whole, fraction = ""] = typeof value === "string"
    ? /^(0|[1-9]\d{0,14})(?:\.(\d{1,9}))?$/.exec(value) ?? []
    : [];
  if (whole === undefined) {
    throw unreadable(path, "must be an amount as decimal text, such as 49.90");
  }
  const rest = fraction.slice(exponent);
  if (/[1-9]/.test(rest)) {
    throw unreadable(path, `must have at most ${exponent} decimals in ${code}`);
  }
  const decimals = fraction.slice(0, exponent);
  return {
    amount: decimals === "" ? whole : `${whole}.${decimals}`,
    currency: code,
  };
}

function wholeNumber(value: unknown, path: string): string {
  const text = typeof value === "number" && Number.isSafeInteger(value)
    ? String(value)
    : value;
  if (
    typeof text !== "string" || !/^(0|[1-9]\d{0,15})$/.test(text) ||
    BigInt(text) > MAX_MINOR
  ) {
    throw unreadable(
      path,
      "must be a whole number of the currency's least units",
    );
  }
  return text;
}

function codeOf(currency: unknown, path: string): string {
  if (typeof currency !== "string" || !/^[A-Za-z]{3}$/.test(currency)) {
    throw unreadable(path, "must have a currency of three letters beside it");
  }
  return currency.toUpperCase();
}

function exponentOf(code: string, exponents: Exponents, path: string): number {
  const exponent = exponents.get(code);
  if (exponent !== undefined) return exponent;
  throw new Unreadable({
    code: "unknown_exponent",
    message:
      `How many decimals this provider's amounts have in ${code} is not known for certain.`,
    issues: [{
      path,
      message: `must be in a currency of the table, unlike ${code}`,
    }],
  });
}
