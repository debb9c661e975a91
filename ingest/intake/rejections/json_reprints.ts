import type { alterations } from "#contracts/rejected_webhook.ts";
import {
  type JsonLayout,
  type JsonText,
  mapLiterals,
  printJson,
  readJsonText,
  sortKeys,
} from "./json_text.ts";

type Alteration = (typeof alterations)[number];

/** Webhooks have four or five levels. What is deeper grows by its own size when it is indented. */
const MAX_DEPTH = 16;

/** Of all that is printed of one body: a smaller one is printed in all of 80 ways, one of 16 KiB in some 16. */
const MAX_PRINTED_CHARACTERS = 256 * 1024;

const layouts: readonly (readonly [Alteration, JsonLayout])[] = [
  ["reserialised_from_compact", { blank: "" }],
  ["reserialised_from_spaced", { blank: " " }],
  ...["  ", "    ", "\t"].map((indent) =>
    ["reserialised_from_indented", { indent, blank: " " }] as const
  ),
];

/** Ways of printers to escape characters, each by what it makes of a string that has no more escapes than it must. */
const escapes: readonly ((plain: string) => string)[] = [
  (plain) => plain,
  // Python's json
  (plain) => escaped(plain, /[\u007f-\uffff]/g),
  // PHP's json_encode, by default and with JSON_UNESCAPED_UNICODE
  (plain) => escaped(plain, /[\u007f-\uffff]/g).replaceAll("/", "\\/"),
  (plain) => plain.replaceAll("/", "\\/"),
  // Go's encoding/json
  (plain) => escaped(plain, /[<>&\u2028\u2029]/g),
];

/** Ways to write a number that programs keep as a double, or as an amount of money. */
const numbers: readonly ((literal: string) => string)[] = [
  (literal) => String(Number(literal)),
  (literal) => /^-?\d+\.\d$/.test(literal) ? `${literal}0` : literal,
];

type Rewriting = readonly [Alteration, (literal: string) => string];

const rewritings: readonly Rewriting[] = [
  ...escapes.map((escape): Rewriting => [
    "reserialised_from_other_escapes",
    (literal) =>
      literal.startsWith('"')
        ? escape(JSON.stringify(JSON.parse(literal)))
        : literal,
  ]),
  ...numbers.map((rewrite): Rewriting => [
    "reserialised_from_other_numbers",
    (literal) => /^[-\d]/.test(literal) ? rewrite(literal) : literal,
  ]),
];

/**
 * The same JSON as programs print it that may have stood in front of its signature: the likeliest first, and none if the
 * text is no JSON.
 */
export function* jsonReprints(
  text: string,
): Generator<readonly [Alteration, string]> {
  const json = jsonIn(text);
  if (json === undefined) return;
  let printed = 0;
  for (const [alteration, variant] of variantsOf(json)) {
    for (const [layoutAlteration, layout] of layouts) {
      if (printed > MAX_PRINTED_CHARACTERS) return;
      const reprint = printJson(variant, layout);
      printed += reprint.length;
      yield [alteration ?? layoutAlteration, reprint];
    }
  }
}

/** What was done beside another layout, undefined if nothing was, and what it was done to. */
function* variantsOf(
  json: JsonText,
): Generator<readonly [Alteration | undefined, JsonText]> {
  yield [undefined, json];
  yield ["reserialised_from_sorted_keys", sortKeys(json)];
  for (const [alteration, rewrite] of rewritings) {
    const rewritten = mapLiterals(json, rewrite);
    if (rewritten === json) continue;
    yield [alteration, rewritten];
    yield [alteration, sortKeys(rewritten)];
  }
}

function jsonIn(text: string): JsonText | undefined {
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  return readJsonText(text, { maxDepth: MAX_DEPTH });
}

function escaped(text: string, characters: RegExp): string {
  return text.replace(
    characters,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
