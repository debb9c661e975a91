import { isTooDeep } from "#contracts/parse.ts";
import { Unreadable } from "./unreadable.ts";

/**
 * A JSON text with each of its numbers as the text that it is written as: `{"id":9007199254740993}` keeps its last digit, and
 * `10.50` its zero. By JSON.parse source text access (ECMAScript 2026, `context.source`).
 *
 * @param json a text known to be JSON
 * @throws {Unreadable} with `too_deep`: a reviver follows less deep than `JSON.parse` alone
 */
export function numbersAsWritten(json: string): unknown {
  if (isTooDeep(json)) {
    throw new Unreadable({
      code: "too_deep",
      message: "The webhook is nested too deep.",
      issues: [],
    });
  }
  const asWritten = (_: string, value: unknown, context?: Source) =>
    typeof value === "number" ? context?.source : value;
  return JSON.parse(json, asWritten);
}

type Source = { readonly source?: string };
