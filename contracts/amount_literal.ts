/**
 * The amount of an event as its JSON text writes it: the number itself would have been rounded to a float.
 *
 * @param text of an event whose `payload.amount` is a number
 */
export function amountLiteral(text: string): string {
  return onlyAmountIn(text) ?? amountBySource(text);
}

const KEY = '"amount"';
const NUMBER = /[ \t\n\r]*:[ \t\n\r]*(-?[0-9][0-9.eE+-]*)/y;

/** What can be a letter of the key, written as an escape. */
const ESCAPED_LETTER = /\\u00[67]/;

/**
 * The number behind the one key that is called so; nothing if there may be another: a second time the same,
 * or one written in escapes. A text that is no key has no number behind it, and a longer key that ends alike
 * (`"a\\"amount"`) is not the only one.
 */
function onlyAmountIn(text: string): string | undefined {
  const at = text.indexOf(KEY);
  if (text.includes(KEY, at + 1)) return undefined;
  if (text.includes("\\u") && ESCAPED_LETTER.test(text)) return undefined;
  const from = at + KEY.length;
  return plainNumberAt(text, from) ?? numberAt(text, from);
}

/** As nearly all are written: digits and points right behind the colon. Whatever else is there has the pattern look. */
function plainNumberAt(text: string, from: number): string | undefined {
  if (text.charCodeAt(from) !== COLON) return undefined;
  let end = from + 1;
  while (isDigitOrPoint(text.charCodeAt(end))) end++;
  const next = text.charCodeAt(end);
  const isWhole = next === COMMA || next === END_OF_OBJECT;
  return isWhole && end > from + 1 ? text.slice(from + 1, end) : undefined;
}

const [COLON, COMMA, END_OF_OBJECT] = [0x3a, 0x2c, 0x7d];
const [POINT, ZERO, NINE] = [0x2e, 0x30, 0x39];

function isDigitOrPoint(character: number): boolean {
  return character >= ZERO && character <= NINE || character === POINT;
}

function numberAt(text: string, from: number): string | undefined {
  NUMBER.lastIndex = from;
  return NUMBER.exec(text)?.[1];
}

/** By way of JSON.parse source text access (ECMAScript 2026, `context.source`): reads all of the text again. */
function amountBySource(text: string): string {
  const asWritten = (key: string, value: unknown, context?: Source) =>
    key === "amount" && typeof value === "number" ? context?.source : value;
  return JSON.parse(text, asWritten).payload.amount;
}

type Source = { readonly source?: string };
