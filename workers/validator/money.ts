/**
 * Business rules of money, beyond what the contract says of its shape.
 *
 * @module
 */
import type { PaymentAuthorized } from "#contracts/events/payment_authorized.ts";
import type { Rejection } from "#contracts/parse.ts";

/**
 * Decimals per ISO 4217 code. Asked of Bun's Intl, which has ISO's minor units; V8's has those of
 * everyday use (CLDR), which differ for some twenty currencies. The test beside this file pins it.
 */
const decimalsOf: ReadonlyMap<string, number> = new Map(
  Intl.supportedValuesOf("currency").map((currency) => [
    currency,
    new Intl.NumberFormat("en", { style: "currency", currency })
      .resolvedOptions().maximumFractionDigits ?? 2,
  ]),
);

/**
 * Why a payment's money cannot be real, or undefined where it can.
 *
 * @param amountLiteral the amount as it is written in the event's JSON
 */
export function refuseMoney(
  event: PaymentAuthorized,
  amountLiteral: string,
): Rejection | undefined {
  const { currency } = event.payload;
  const allowed = decimalsOf.get(currency);
  if (allowed === undefined) {
    return {
      code: "unknown_currency",
      message: `${currency} is not an ISO 4217 currency.`,
      issues: [{
        path: "payload.currency",
        message: "must be an ISO 4217 code",
      }],
    };
  }
  const decimals = decimalsIn(amountLiteral);
  if (decimals <= allowed) return undefined;
  return {
    code: "too_many_decimals",
    message:
      `The amount has ${decimals} decimals, but ${currency} has ${allowed}.`,
    issues: [{
      path: "payload.amount",
      message: `must have at most ${allowed} decimals`,
    }],
  };
}

/**
 * Decimals of a JSON number (RFC 8259 §6) that count: `49.90` has one, `100.0` none, `1e-7` seven.
 *
 * @param literal as written, never as a float: `10.0000000000000001` has sixteen
 */
export function decimalsIn(literal: string): number {
  const [mantissa = "", exponent = "0"] = literal.toLowerCase().split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  const digits = `${whole}${fraction}`.replace(/0+$/, "");
  const dropped = whole.length + fraction.length - digits.length;
  return Math.max(0, fraction.length - dropped - Number(exponent));
}

/**
 * The amount of an event as its JSON text writes it: the number itself would have been rounded to a float.
 *
 * @param text of an event whose `payload.amount` is a number
 */
export function amountLiteral(text: string): string {
  return onlyAmountIn(text) ?? amountBySource(text);
}

const KEY = '"amount"';
const NUMBER = /[ \t\n\r]*:[ \t\n\r]*(-?[0-9][0-9.eE+-]*)/y;

/**
 * The number behind the one key that is called so; nothing where there may be another. Without a backslash
 * no key is written in escapes, and no quotation mark stands in a text: what is found is the key, or a text
 * with no number behind it.
 */
function onlyAmountIn(text: string): string | undefined {
  const at = text.indexOf(KEY);
  if (text.includes("\\") || text.includes(KEY, at + 1)) return undefined;
  NUMBER.lastIndex = at + KEY.length;
  return NUMBER.exec(text)?.[1];
}

/** By way of JSON.parse source text access (ECMAScript 2026, `context.source`): reads all of the text again. */
function amountBySource(text: string): string {
  const asWritten = (key: string, value: unknown, context?: Source) =>
    key === "amount" && typeof value === "number" ? context?.source : value;
  return JSON.parse(text, asWritten).payload.amount;
}

type Source = { readonly source?: string };
