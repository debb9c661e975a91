import type { JsonObject, Parsed } from "#contracts/parse.ts";

/**
 * The fields of a form (WHATWG URL, `application/x-www-form-urlencoded`) as an object of texts; of one that stands there twice the
 * first. Its text is the form as it came.
 */
export function formFields(bytes: Uint8Array | null): Parsed<JsonObject> {
  if (bytes === null || bytes.length === 0) {
    return {
      ok: false,
      rejection: {
        code: "empty_value",
        message: "The record has no value.",
        issues: [],
      },
    };
  }
  // Forms of providers are ASCII: latin1 has a character for each byte.
  const text = new TextDecoder("latin1").decode(bytes);
  const fields = [...new URLSearchParams(text)].reverse();
  return { ok: true, value: Object.fromEntries(fields), text };
}
