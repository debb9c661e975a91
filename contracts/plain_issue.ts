/**
 * What zod says, in words for whoever wrote what it was said of, and need not know what undefined is.
 *
 * @module
 */
import type { z } from "zod";

export const MISSING = "must be there";

/** As zod says that a value is of another type. */
const ANOTHER_TYPE = /^Invalid input: expected (\w+), received (\w+)$/;

export function plainMessage(message: string): string {
  const [_, expected, received] = ANOTHER_TYPE.exec(message) ?? [];
  if (expected === undefined || received === undefined) return message;
  return received === "undefined"
    ? MISSING
    : `must be ${withArticle(expected)}, not ${withArticle(received)}`;
}

/**
 * The message of an issue. What is missing is told so, whatever its schema says of values.
 *
 * @param issue of a parse with `reportInput`: without it everything looks as if it were missing
 */
export function plainIssue({ code, input, message }: z.core.$ZodIssue): string {
  return code === "invalid_type" && input === undefined
    ? MISSING
    : plainMessage(message);
}

function withArticle(type: string): string {
  if (type === "null") return type;
  return `${/^[aeiou]/.test(type) ? "an" : "a"} ${type}`;
}
