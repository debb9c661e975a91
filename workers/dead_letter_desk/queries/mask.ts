import { type JSONPath, visit } from "jsonc-parser";

/** What a webhook says that nobody is known by: it is shown to whoever may read. */
const SHOWN: ReadonlySet<string> = new Set(
  [
    ["event_id"],
    ["event_type"],
    ["schema_version"],
    ["source"],
    ["timestamp"],
    ["payload", "payment_id"],
    ["payload", "order_id"],
    ["payload", "amount"],
    ["payload", "currency"],
  ].map(nameOf),
);

const MASK = "•••";

/**
 * A body with all values masked but those that are known to be harmless. Numbers of cards are masked wherever they stand. What is
 * no JSON is masked whole.
 */
export function masked(text: string): string {
  const edits: { offset: number; length: number }[] = [];
  let isJson = true;
  visit(text, {
    onLiteralValue(value, offset, length, _line, _column, path) {
      const name = nameOf(path());
      const isShown =
        (SHOWN.has(name) || typeof value === "boolean" || value === null) &&
        !hasCardNumber(text.slice(offset, offset + length)) &&
        // Digits may be written as escapes.
        !hasCardNumber(String(value));
      if (!isShown) edits.push({ offset, length });
    },
    onObjectProperty(name, offset, length) {
      if (hasCardNumber(name)) edits.push({ offset, length });
    },
    onError() {
      isJson = false;
    },
  }, { disallowComments: true });
  if (!isJson || text.trim() === "") {
    return `(${text.length} characters, masked)`;
  }
  return edits.reduceRight(
    (text, { offset, length }) =>
      `${text.slice(0, offset)}"${MASK}"${text.slice(offset + length)}`,
    text,
  );
}

/** A name may have a dot in it. */
function nameOf(path: JSONPath): string {
  return JSON.stringify(path);
}

/** Whether 12 to 19 digits in a row, blanks and hyphens aside, pass the check of card numbers (ISO/IEC 7812-1, annex B: Luhn). */
export function hasCardNumber(text: string): boolean {
  for (const [digits] of text.matchAll(/\d(?:[ -]?\d){11,18}/g)) {
    if (passesLuhn(digits.replaceAll(/\D/g, ""))) return true;
  }
  return false;
}

function passesLuhn(digits: string): boolean {
  const sum = [...digits].reverse().reduce((sum, digit, n) => {
    const value = Number(digit) * (n % 2 === 1 ? 2 : 1);
    return sum + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}
