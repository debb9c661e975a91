/**
 * Business rules of money, beyond what the contract says of its shape.
 *
 * @module
 */
import { currencies, CURRENCIES_AS_OF } from "#contracts/currencies.ts";
import type { PaymentEvent } from "#contracts/events/registry.ts";
import type { Rejection } from "#contracts/parse.ts";
import { readRfc3339 } from "#contracts/rfc3339.ts";

/**
 * Why a payment's money cannot be real, or undefined if it can. Judged by the payment's own time, so that
 * history replayed is judged as it was.
 *
 * @param amountLiteral the amount as it is written in the event's JSON
 */
export function refuseMoney(
  event: PaymentEvent,
  amountLiteral: string,
): Rejection | undefined {
  const currency = currencies.get(event.payload.currency);
  if (currency === undefined) {
    return unknownCurrency(
      `${event.payload.currency} is not a currency of payments in ISO 4217 as of ${CURRENCIES_AS_OF}`,
    );
  }
  const { code, decimals: allowed, withdrawn } = currency;
  if (withdrawn !== undefined && !isBefore(event.timestamp, currency.untilMs)) {
    return unknownCurrency(
      `${code} was withdrawn from ISO 4217 in ${withdrawn}, and the payment is of ${event.timestamp}`,
    );
  }
  if (decimalsWrittenIn(amountLiteral) <= allowed) return undefined;
  const decimals = decimalsIn(amountLiteral);
  if (decimals <= allowed) return undefined;
  return {
    code: "too_many_decimals",
    message: `The amount has ${decimals} decimals, but ${code} has ${allowed}.`,
    issues: [{
      path: "payload.amount",
      message: `must have at most ${allowed} decimals`,
    }],
  };
}

function unknownCurrency(why: string): Rejection {
  return {
    code: "unknown_currency",
    message: `${why}.`,
    issues: [{
      path: "payload.currency",
      message: "must be a currency of ISO 4217 at the payment's time",
    }],
  };
}

function isBefore(timestamp: string, ms: number): boolean {
  const read = readRfc3339(timestamp);
  return read.ok && read.ms < ms;
}

/** Digits behind the point of a number; with an exponent it can be anything. */
function decimalsWrittenIn(literal: string): number {
  if (literal.includes("e") || literal.includes("E")) return Infinity;
  const point = literal.indexOf(".");
  return point < 0 ? 0 : literal.length - point - 1;
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
