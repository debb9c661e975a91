/**
 * JSON that every reader takes alike. RFC 8259 allows more: what I-JSON (RFC 7493 §2) warns of, and what the
 * languages and databases that read our topics refuse.
 *
 * @module
 */
import { type Flaw, FlawSearch, ODD_ESCAPE } from "./flaw_search.ts";
import { isJsonObject } from "./json_object.ts";
import {
  beginsNumber,
  endOfNumber,
  endOfString,
  faultOfNumber,
  MAX_NUMBER_LENGTH,
} from "./json_tokens.ts";

/**
 * What readers take differently, or not at all: a key twice in one object, a NUL character, half of a
 * surrogate pair, a number that is too long or beyond a double. At most ten.
 *
 * @param json a text known to be JSON, nested no deeper than `isTooDeep` allows
 * @param value what `JSON.parse` makes of it
 */
export function flawsIn(json: string, value: unknown): readonly Flaw[] {
  return isSurelyPlain(json, value) || isSurelyPortable(json, value)
    ? []
    : new FlawSearch(json).flaws;
}

/*
 * Both tests below count colons. `JSON.parse` keeps the last of several equal keys, so no key was there twice
 * where as many keys come out of it as colons stand outside of strings. What they cannot be sure of, the
 * search looks into; they may be wrong in that direction only.
 */

/** The cheapest test, which nearly every event passes: short, and nothing in it is written as an escape. */
function isSurelyPlain(json: string, value: unknown): boolean {
  if (json.length > MAX_NUMBER_LENGTH || json.includes("\\")) return false;
  return colonsIn(json) === keysAndColons(value);
}

function colonsIn(text: string): number {
  let colons = 0;
  for (let at = text.indexOf(":"); at >= 0; at = text.indexOf(":", at + 1)) {
    colons++;
  }
  return colons;
}

/**
 * Colons of keys are left out, which makes the counts differ. So does what is no number here: a number that a
 * double takes for nothing or for infinite, as it does odd exponents.
 */
function keysAndColons(value: unknown): number {
  if (typeof value === "string") return colonsIn(value);
  if (typeof value === "number") {
    return value === 0 || !Number.isFinite(value) ? NaN : 0;
  }
  let count = 0;
  if (Array.isArray(value)) {
    for (const element of value) count += keysAndColons(element);
  } else if (isJsonObject(value)) {
    for (const key in value) count += 1 + keysAndColons(value[key]);
  }
  return count;
}

const [QUOTE, COLON] = [0x22, 0x3a];

/** The sure test, which jumps over strings, and looks at every number as it is written. */
function isSurelyPortable(json: string, value: unknown): boolean {
  const hasEscapes = json.includes("\\");
  if (hasEscapes && ODD_ESCAPE.test(json)) return false;
  let colons = 0;
  for (let at = 0; at < json.length; at++) {
    const char = json.charCodeAt(at);
    if (char === QUOTE) {
      at = hasEscapes ? endOfString(json, at) : json.indexOf('"', at + 1);
    } else if (char === COLON) colons++;
    else if (beginsNumber(char)) {
      const end = endOfNumber(json, at);
      if (faultOfNumber(json, at, end) !== undefined) return false;
      at = end - 1;
    }
  }
  return colons === keysIn(value);
}

/** How many keys all objects of a value have. */
function keysIn(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const isArray = Array.isArray(value);
  const elements = isArray ? value : Object.values(value);
  let keys = isArray ? 0 : elements.length;
  for (const element of elements) {
    // Most are texts and numbers, and a call for each would double the time.
    if (typeof element === "object") keys += keysIn(element);
  }
  return keys;
}
