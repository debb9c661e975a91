import type { RejectionCause } from "#contracts/rejected_webhook.ts";

type Of<C extends RejectionCause["cause"]> = Extract<
  RejectionCause,
  { cause: C }
>;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** What a body is that is no JSON in UTF-8. */
export function formOfNoJson(body: Uint8Array): Of<"not_json">["form"] {
  let text: string;
  try {
    text = utf8.decode(body);
  } catch {
    return "not_utf8";
  }
  if (text.startsWith("\ufeff")) return "byte_order_mark";
  if (/^\s*</.test(text)) return "xml";
  if (/^[\w.%+*-]+=[^{}"\s]*$/.test(text)) return "form_data";
  return /^\s*\{/.test(text) && !/\}\s*$/.test(text) ? "broken_off" : "other";
}

/** What a body is that is JSON, and no object. */
export function formOfJson(body: Uint8Array): Of<"not_an_object">["form"] {
  const first = /\S/.exec(utf8.decode(body))?.[0];
  switch (first) {
    case "[":
      return "array";
    case '"':
      return "string";
    case "t":
    case "f":
      return "boolean";
    case "n":
      return "null";
    default:
      return "number";
  }
}
