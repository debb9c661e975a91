import { Buffer } from "node:buffer";
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

const [MARK, COLON, ESCAPE] = [0x22, 0x3a, 0x5c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [
  0x5b,
  0x5d,
  0x7b,
  0x7d,
];

const MINUS = 0x2d;

/** In which a character takes at most six bytes, as `\u0063` does. */
const MAX_KEY_BYTES = 6 * MAX_KEY_LENGTH;

/** Digits with three blanks or dashes behind each: what is longer is not looked into. */
const MAX_VALUE_BYTES = 6 * 4 * MAX_DIGITS;

/**
 * Finds card data in a JSON text, by its bytes: what a parsed object has is not all that is kept, as a key may stand there
 * twice. Each byte is read a few times at most, and what is held is a key for each level.
 *
 * @param json known to be JSON in UTF-8
 */
export function* cardDataInJson(
  json: Uint8Array,
): Generator<CardDataPlace, void> {
  const outer: Key[] = [];
  let key = unknownKey;
  let at = 0;
  while (at < json.length) {
    const byte = json[at] ?? 0;
    if (byte === MARK) {
      const end = endOfText(json, at);
      const next = behindBlanks(json, end + 1);
      if (json[next] === COLON) {
        const text = textIn(json, at + 1, end, MAX_KEY_BYTES) ?? "";
        key = keyIn(outer.at(-1) ?? unknownKey, text);
        at = next + 1;
      } else {
        const found = inText(json, key, at + 1, end);
        if (found !== undefined) yield found;
        at = next;
      }
    } else if (beginsNumber(byte)) {
      const end = endOfNumber(json, at);
      const found = inNumber(json, key, at, end);
      if (found !== undefined) yield found;
      at = end;
    } else {
      // What stands in a list is of the list's key.
      if (byte === OPEN_OBJECT || byte === OPEN_LIST) outer.push(key);
      else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
        key = outer.pop() ?? unknownKey;
      }
      at++;
    }
  }
}

function inText(
  json: Uint8Array,
  { holds }: Key,
  from: number,
  to: number,
): CardDataPlace | undefined {
  // A security code has three digits at least.
  if (holds === undefined || to - from < 3) return undefined;
  const text = textIn(json, from, to, MAX_VALUE_BYTES);
  const digits = text === undefined ? undefined : digitsOfText(text);
  return digits !== undefined && isCardData(holds.kind, digits)
    ? { ...holds, from, to, isText: true }
    : undefined;
}

function inNumber(
  json: Uint8Array,
  { holds }: Key,
  from: number,
  to: number,
): CardDataPlace | undefined {
  if (holds === undefined || to - from > MAX_VALUE_BYTES) return undefined;
  const digits = digitsOfNumber(bytesAsText(json, from, to));
  return digits !== undefined && isCardData(holds.kind, digits)
    ? { ...holds, from, to, isText: false }
    : undefined;
}

/** A text without its marks; undefined if it has more bytes. Characters that are not ASCII are read as others that are not. */
function textIn(
  json: Uint8Array,
  from: number,
  to: number,
  maxBytes: number,
): string | undefined {
  if (to - from > maxBytes) return undefined;
  const text = bytesAsText(json, from, to);
  return text.includes("\\") ? String(JSON.parse(`"${text}"`)) : text;
}

function bytesAsText(json: Uint8Array, from: number, to: number): string {
  return Buffer.from(json.buffer, json.byteOffset + from, to - from)
    .toString("latin1");
}

/** Where the mark is that ends the text which begins at `start`. */
function endOfText(json: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== MARK) {
    at += json[at] === ESCAPE ? 2 : 1;
  }
  return at;
}

function behindBlanks(json: Uint8Array, start: number): number {
  let at = start;
  while (isBlank(json[at])) at++;
  return at;
}

/** RFC 8259, section 2. */
function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function beginsNumber(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || byte === MINUS;
}

function endOfNumber(json: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < json.length && isInNumber(json[at] ?? 0)) at++;
  return at;
}

function isInNumber(byte: number): boolean {
  return beginsNumber(byte) || byte === 0x2e || byte === 0x2b ||
    (byte | 0x20) === 0x65;
}
