import type { CardDataPlace } from "./card_data_in_json.ts";

/** What PCI DSS 4.0 lets be shown of a card number (requirement 3.4); of a security code nothing may be kept (3.3). */
const [FIRST, LAST] = [6, 4];

const [ASTERISK, ESCAPE] = [0x2a, 0x5c];

/**
 * Writes asterisks over the digits of what was found in a text, in place: over all but the first six and the last four of a
 * card number, and over all of a security code. Bytes and characters are as many as before; blanks and dashes stay.
 */
export function mask(
  json: Uint8Array,
  { kind, from, to }: Pick<CardDataPlace, "kind" | "from" | "to">,
): void {
  const digits = digitsIn(json, from, to);
  const masked = kind === "card_number" ? digits.slice(FIRST, -LAST) : digits;
  for (const at of masked) {
    if (json[at] === ESCAPE) json.set(ESCAPED_ASTERISK, at);
    else json[at] = ASTERISK;
  }
}

const ESCAPED_ASTERISK = new TextEncoder().encode("\\u002a");

/** Where each digit begins: itself, or the escape that it is written as, such as `\u0034`. */
function digitsIn(json: Uint8Array, from: number, to: number): number[] {
  const digits: number[] = [];
  for (let at = from; at < to;) {
    const isEscape = json[at] === ESCAPE;
    // Of an escape the last character tells a digit, `\u0030` to `\u0039`, from a blank and a dash.
    const isDigit = isEscape
      ? json[at + 4] === 0x33
      : isDigitByte(json[at] ?? 0);
    if (isDigit) digits.push(at);
    at += isEscape ? ESCAPED_ASTERISK.length : 1;
  }
  return digits;
}

function isDigitByte(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}
