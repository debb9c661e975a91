import { z } from "zod";
import { faultOfRfc3339, RFC3339_PATTERN } from "./rfc3339.ts";
import { usually } from "./usual.ts";

/**
 * A character that is no white space by Unicode's property White_Space. The `\s` of JavaScript, Java and
 * Python each means another set, so its 25 characters are written out.
 */
export const NOT_WHITE_SPACE =
  /[^\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** Text with at least one character that is not white space; undefined if a value is anything else. */
export function nonBlank(value: unknown): string | undefined {
  return typeof value === "string" && NOT_WHITE_SPACE.test(value)
    ? value
    : undefined;
}

/** A string with at least one character that is not white space. */
export const NonBlank = usually(
  z.string().regex(NOT_WHITE_SPACE, "must not be blank"),
  beginsVisibly,
);

/** Whether a value is text that begins with a character of ASCII which is neither a blank nor a control character. */
export function beginsVisibly(value: unknown): value is string {
  if (typeof value !== "string") return false;
  const first = value.charCodeAt(0);
  return first > 0x20 && first < 0x7f;
}

/** A point in time as RFC 3339 §5.6 writes it, with seconds and an offset. See `rfc3339.ts`. */
export const Rfc3339 = usually(
  z.string().check((context) => {
    const message = faultOfRfc3339(context.value);
    if (message === undefined) return;
    context.issues.push({ code: "custom", input: context.value, message });
  }).meta({
    format: "date-time",
    pattern: RFC3339_PATTERN,
    description:
      "RFC 3339, also with a small t and z. The calendar has its day, it lies between 0001-01-01T00:00:00Z and 9999-12-31T23:59:59.999999Z, and a leap second stands at 23:59:60 of UTC, on the last day of a month, without a fraction.",
  }),
  (value) => typeof value === "string" && faultOfRfc3339(value) === undefined,
);

/**
 * No payment is as large: 10^15 of the currency with the least value, Iran's rial, are a thousand million
 * US dollars, and all that the world earns in a year is some 10^14 dollars. Below it a double keeps fifteen
 * digits, an exact numeric all, and no sum of amounts gets near the largest double.
 */
export const AMOUNT_LIMIT = 1e15;

/**
 * A number, as every reader of the topics knows it. Text would reach them as it came, for a fact is passed on
 * as it was signed, and what adds it up would fail or join digits.
 */
export const Amount = z.number({
  error: ({ input }) =>
    typeof input === "string"
      ? `must be a JSON number, not text: ${asNumber(input)}`
      : undefined,
}).positive("must be greater than 0").lt(
  AMOUNT_LIMIT,
  "must be less than 10^15",
).meta({
  format: "decimal",
  description:
    "In units of the currency: 49.90 USD. Read its digits from the JSON text into a decimal, never into a float or a double, which would round them.",
});

/** What to write in place of the text, if it is a decimal number; else an example. */
function asNumber(text: string): string {
  const decimal = /^(?:0|[1-9]\d{0,14})(?:\.\d{1,4})?$/.test(text)
    ? text
    : "49.90";
  return `${decimal} instead of "${decimal}"`;
}

/** An amount's currency by its code; whether ISO 4217 has it is the validator's to judge. */
export const Currency = z.string().regex(
  /^[A-Z]{3}$/,
  "must be three upper-case letters",
);
