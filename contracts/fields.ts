import { z } from "zod";
import { faultOfRfc3339, RFC3339 } from "./rfc3339.ts";

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
export const NonBlank = z.string().regex(NOT_WHITE_SPACE, "must not be blank");

/** A point in time as RFC 3339 §5.6 writes it, with seconds and an offset. See `rfc3339.ts`. */
export const Rfc3339 = z.string().check((context) => {
  const message = faultOfRfc3339(context.value);
  if (message === undefined) return;
  context.issues.push({ code: "custom", input: context.value, message });
}).meta({ format: "date-time", pattern: RFC3339.source });
