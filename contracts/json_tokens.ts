/**
 * Where strings and numbers end in a text known to be JSON, and which numbers not every reader takes.
 *
 * @module
 */

/**
 * Characters of a number. Jackson refuses more than 1,000, Python more than 4,300 digits of an integer,
 * PostgreSQL more than 131,072 before the point and 16,383 behind it.
 */
export const MAX_NUMBER_LENGTH = 1_000;

/** Of an exponent as written: PostgreSQL refuses `0e99999` and `1e-99999`, which a double takes for 0. */
const MAX_EXPONENT = 999;

const [ZERO, NINE, POINT, MINUS, PLUS, SMALL_E] = [
  0x30,
  0x39,
  0x2e,
  0x2d,
  0x2b,
  0x65,
];

/** Where the string that begins at `start` has its closing quotation mark. */
export function endOfString(json: string, start: number): number {
  let end = json.indexOf('"', start + 1);
  while (isEscaped(json, end)) end = json.indexOf('"', end + 1);
  return end;
}

function isEscaped(json: string, at: number): boolean {
  let before = at - 1;
  while (json[before] === "\\") before--;
  return (at - before) % 2 === 0;
}

/** Whether a number can begin with this character. */
export function beginsNumber(char: number): boolean {
  return (char >= ZERO && char <= NINE) || char === MINUS;
}

/** The index behind the number that begins at `start`. */
export function endOfNumber(json: string, start: number): number {
  let end = start + 1;
  while (isInNumber(json.charCodeAt(end))) end++;
  return end;
}

function isInNumber(char: number): boolean {
  return beginsNumber(char) || char === POINT || isE(char) || char === PLUS;
}

function isE(char: number): boolean {
  return (char | 0x20) === SMALL_E;
}

/** Why not every reader takes a number, or undefined if all do. */
export function faultOfNumber(
  json: string,
  start: number,
  end: number,
): string | undefined {
  if (isShortDecimal(json, start, end)) return undefined;
  const literal = json.slice(start, end);
  if (literal.length > MAX_NUMBER_LENGTH) {
    return `must be a number of at most ${MAX_NUMBER_LENGTH} characters, but has ${literal.length}`;
  }
  const [, exponent = "0"] = literal.toLowerCase().split("e");
  return Number.isFinite(Number(literal)) &&
      Math.abs(Number(exponent)) <= MAX_EXPONENT
    ? undefined
    : `must be a number that a double can hold, unlike ${
      literal.length > 80 ? `${literal.slice(0, 80)}…` : literal
    }`;
}

/** As nearly all are. Without an exponent it takes 309 digits to be more than a double holds. */
function isShortDecimal(json: string, start: number, end: number): boolean {
  if (end - start > 100) return false;
  for (let at = start; at < end; at++) {
    if (isE(json.charCodeAt(at))) return false;
  }
  return true;
}
