import { passesLuhn } from "./luhn.ts";

/** What must not be kept of a card: its number, or the code that is printed on it (CVV2, CVC2, CID). */
export const cardDataKinds = ["card_number", "security_code"] as const;

export type CardDataKind = (typeof cardDataKinds)[number];

/** Digits that a card number may have: ISO/IEC 7812-1 allows up to 19, and no scheme issues fewer than 12. */
export const [MIN_DIGITS, MAX_DIGITS] = [12, 19];

/** Whether digits are what a key of this kind is not to have. */
export function isCardData(kind: CardDataKind, digits: string): boolean {
  return kind === "security_code"
    ? digits.length === 3 || digits.length === 4
    // No card has a number of zeros alone, which passes too: it stands for one that was taken out.
    : digits.length >= MIN_DIGITS && digits.length <= MAX_DIGITS &&
      /[^0]/.test(digits) && passesLuhn(digits);
}

/** The digits of a text that has nothing else but blanks and dashes among them; undefined if it has. */
export function digitsOfText(text: string): string | undefined {
  return /^[\d -]*$/.test(text) ? text.replaceAll(/[ -]/g, "") : undefined;
}

/** Longer ones are of no card, whatever they are. */
const MAX_LITERAL = 48;

/** The digits of a JSON number that is a natural one, as programs print it: `4.2e15` is what some make of it. */
export function digitsOfNumber(literal: string): string | undefined {
  if (literal.length > MAX_LITERAL) return undefined;
  const [, whole = "", fraction = "", exponent = "0"] =
    /^(\d+)(?:\.(\d+))?(?:[eE]\+?(\d{1,2}))?$/.exec(literal) ?? [];
  const shift = Number(exponent);
  const moved = fraction.padEnd(shift, "0");
  return /^0*$/.test(moved.slice(shift))
    ? whole + moved.slice(0, shift)
    : undefined;
}
