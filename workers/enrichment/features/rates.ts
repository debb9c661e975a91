/**
 * Amounts in one currency, by a file of rates of one day. The day is in every record: a rate of another day is another amount.
 *
 * @module
 */
import { z } from "zod";
import { Currency } from "#contracts/fields.ts";

const Rate = z.string().regex(
  /^(?:0|[1-9]\d{0,11})(?:\.\d{1,12})?$/,
  'must be a decimal number as text, such as "0.9213"',
).refine((text) => Number(text) > 0, "must be greater than 0");

/** A file of rates: how many units of a currency are one of the base. */
export const Rates = z.object({
  /** What the rates are, for a reader. */
  about: z.string().optional(),
  date: z.iso.date(),
  base: Currency,
  rates: z.record(Currency, Rate),
});
export type Rates = z.infer<typeof Rates>;

/** What a record says of an amount in the base currency. */
export type FxFacts = {
  /** The day of the rates: `2026-01-02`. */
  readonly date: string;
  readonly base: string;
  /** As the file has it; "1" of the base itself. */
  readonly rate: string;
  /** In units of the base, to a millionth. */
  readonly amount: number;
};

const MILLION = 1_000_000;

/**
 * An amount in the base currency: amount / rate, each as IEEE 754 has it, and rounded to a millionth.
 *
 * @returns undefined if there is no rate for its currency
 */
export function convert(
  { amount, currency }: { readonly amount: number; readonly currency: string },
  { date, base, rates }: Rates,
): FxFacts | undefined {
  const rate = currency === base ? "1" : rates[currency];
  if (rate === undefined) return undefined;
  const converted = Math.round((amount / Number(rate)) * MILLION) / MILLION;
  return { date, base, rate, amount: converted };
}

/**
 * Reads a file of rates.
 *
 * @throws {Error} with one sentence, if it is none
 */
export function ratesIn(text: string): Rates {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Error("The file of rates is no JSON.", { cause });
  }
  const read = Rates.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new Error(
    `The file of rates is wrong at ${
      issue?.path.join(".") || "its top"
    }: ${issue?.message}.`,
    { cause: read.error },
  );
}
