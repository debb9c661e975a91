import { Buffer } from "node:buffer";
import { MAX_DIGITS, MIN_DIGITS } from "./card_data.ts";
import { securityCodeKeys } from "./key_names.ts";
import { passesLuhn } from "./luhn.ts";

/**
 * Whether there may be card data anywhere in bytes of which nothing is known, such as a body that was refused: under whatever
 * key, in text of whatever form, broken off or not. It says so too often rather than too seldom.
 *
 * @param bytes a few kilobytes: each is read some ten times
 */
export function mayHaveCardData(bytes: Uint8Array): boolean {
  // Without the zeros that UTF-16 has between ASCII characters.
  const text = Buffer.from(bytes).toString("latin1").replaceAll("\0", "");
  const plain = withoutEscapes(text);
  return inPlainText(text) || inPlainText(plain) ||
    (plain.match(BASE64) ?? []).some((run) =>
      inPlainText(Buffer.from(run, "base64").toString("latin1"))
    );
}

const BASE64 = /[\w+/\s-]{16,}/g;

/** As JSON, URLs and XML write a character. */
const ESCAPE =
  /\\u00([\da-f]{2})|%([\da-f]{2})|&#x([\da-f]{2});|&#(\d{2,3});/gi;

function withoutEscapes(text: string): string {
  return text.replaceAll(
    ESCAPE,
    (_, ...codes: (string | undefined)[]) => {
      const [json, url, hex, decimal] = codes;
      return String.fromCharCode(
        decimal === undefined
          ? parseInt(json ?? url ?? hex ?? "", 16)
          : Number(decimal),
      );
    },
  );
}

function inPlainText(text: string): boolean {
  return SECURITY_CODE.test(text) ||
    (text.match(DIGITS) ?? []).some((run) => {
      const digits = run.replaceAll(/\D/g, "");
      // Among so many a number may begin anywhere.
      return digits.length > MAX_DIGITS ||
        (digits.length >= MIN_DIGITS && passesLuhn(digits));
    });
}

/** With up to two blanks, dashes or plus signs, which are a form's blanks, behind each. */
const DIGITS = new RegExp(`\\d(?:[ +-]{0,2}\\d){${MIN_DIGITS - 1},}`, "g");

/** With a few characters between a key and its value, as JSON and forms have them, or with attributes, as XML may. */
const SECURITY_CODE = new RegExp(
  `(?:${securityCodeKeys})(?:\\W{1,64}|\\s[^<>]{0,60}>\\s{0,8})\\d{3,4}(?!\\d)`,
  "i",
);
