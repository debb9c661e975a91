import { Buffer } from "node:buffer";
import {
  beginsNumber,
  endOfNumber,
  endOfString,
} from "#contracts/json_tokens.ts";
import {
  type CardDataKind,
  digitsOfNumber,
  digitsOfText,
  isCardData,
  MAX_DIGITS,
} from "./card_data.ts";
import {
  type Key,
  keyIn,
  type KeyName,
  MAX_KEY_LENGTH,
  unknownKey,
} from "./key_names.ts";

/** Card data that was found, by the name of its key; never what it is. */
export type FoundCardData = {
  readonly kind: CardDataKind;
  readonly name: KeyName;
};

/** Where it stands in a JSON text: from its first byte on, to the one behind its last. A text's marks are no part of it. */
export type CardDataPlace = FoundCardData & {
  readonly from: number;
  readonly to: number;
  readonly isText: boolean;
};

/** In which a character takes at most six bytes, as `\u0063` does. */
const MAX_KEY_BYTES = 6 * MAX_KEY_LENGTH;

/** Digits with three blanks or dashes behind each: what is longer is not looked into. */
const MAX_VALUE_BYTES = 6 * 4 * MAX_DIGITS;

/** A security code has as many digits. */
const MIN_VALUE_BYTES = 3;

/**
 * Finds card data in a JSON text, by its bytes: what a parsed object has is not all that is kept, as a key may stand there
 * twice. Each byte is read a few times at most, and what is held is the text and a key for each level.
 *
 * @param bytes known to be JSON in UTF-8
 */
export function* cardDataInJson(
  bytes: Uint8Array,
): Generator<CardDataPlace, void> {
  // A character for each byte. What is not ASCII becomes others that are not.
  const json = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    .toString("latin1");
  const outer: Key[] = [];
  let key = unknownKey;
  let at = 0;
  while (at < json.length) {
    const char = json.charCodeAt(at);
    if (char === MARK) {
      const end = endOfString(json, at);
      // Not in JSON; but whatever it is, this goes on to its end.
      if (end < 0) return;
      const next = behindBlanks(json, end + 1);
      if (json.charCodeAt(next) === COLON) {
        const text = textIn(json, at + 1, end, MAX_KEY_BYTES) ?? "";
        key = keyIn(outer.at(-1) ?? unknownKey, text);
        at = next + 1;
      } else {
        const found = inText(json, key, at + 1, end);
        if (found !== undefined) yield found;
        at = next;
      }
    } else if (beginsNumber(char)) {
      const end = endOfNumber(json, at);
      const found = inNumber(json, key, at, end);
      if (found !== undefined) yield found;
      at = end;
    } else {
      // What stands in a list is of the list's key.
      if (char === OPEN_OBJECT || char === OPEN_LIST) outer.push(key);
      else if (char === CLOSE_OBJECT || char === CLOSE_LIST) {
        key = outer.pop() ?? unknownKey;
      }
      at++;
    }
  }
}

const [MARK, COLON] = [0x22, 0x3a];
const [OPEN_LIST, CLOSE_LIST] = [0x5b, 0x5d];
const [OPEN_OBJECT, CLOSE_OBJECT] = [0x7b, 0x7d];

function inText(
  json: string,
  { holds }: Key,
  from: number,
  to: number,
): CardDataPlace | undefined {
  if (holds === undefined || to - from < MIN_VALUE_BYTES) return undefined;
  const text = textIn(json, from, to, MAX_VALUE_BYTES);
  const digits = text === undefined ? undefined : digitsOfText(text);
  return digits !== undefined && isCardData(holds.kind, digits)
    ? { ...holds, from, to, isText: true }
    : undefined;
}

function inNumber(
  json: string,
  { holds }: Key,
  from: number,
  to: number,
): CardDataPlace | undefined {
  if (holds === undefined || to - from > MAX_VALUE_BYTES) return undefined;
  const digits = digitsOfNumber(json.slice(from, to));
  return digits !== undefined && isCardData(holds.kind, digits)
    ? { ...holds, from, to, isText: false }
    : undefined;
}

/** A text without its marks; undefined if it has more bytes. */
function textIn(
  json: string,
  from: number,
  to: number,
  maxBytes: number,
): string | undefined {
  if (to - from > maxBytes) return undefined;
  const text = json.slice(from, to);
  return text.includes("\\") ? String(JSON.parse(`"${text}"`)) : text;
}

/** Blanks of RFC 8259, section 2. */
function behindBlanks(json: string, start: number): number {
  let at = start;
  while (isBlank(json.charCodeAt(at))) at++;
  return at;
}

function isBlank(char: number): boolean {
  return char === 0x20 || char === 0x0a || char === 0x0d || char === 0x09;
}
