/**
 * Braintree's XML as an object: elements by their names, texts as texts. Why by a library, and with what turned off:
 * docs/decisions/0016-xml-by-a-library.md.
 *
 * @module
 */
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { isJsonObject, type JsonObject } from "#contracts/parse.ts";
import { unreadable } from "../unreadable.ts";

/** Characters. A notification has some 5,000, and 20 transactions of a subscription 100,000. */
const MAX_LENGTH = 512 * 1024;

/** Elements in elements. Braintree's go ten deep. */
const MAX_DEPTH = 32;

const parser = new XMLParser({
  // They say types (`type="datetime"`) and that there is no value (`nil="true"`): then there is no text either.
  ignoreAttributes: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  parseTagValue: false,
  processEntities: false,
  maxNestedTags: MAX_DEPTH,
});

/**
 * @param path where it was, for whoever reads why it was refused
 * @throws {Unreadable} if it is no well-formed XML, has a document type, is too long or too deep, or is no element with elements
 */
export function readXml(xml: string, path: string): JsonObject {
  if (xml.length > MAX_LENGTH) {
    throw unreadable(path, `must have at most ${MAX_LENGTH} characters`);
  }
  // With a document type come entities of one's own, and with them most of what XML parsers were ever attacked with.
  if (/<!DOCTYPE/i.test(xml)) {
    throw unreadable(path, "must be XML without a document type");
  }
  const read = parsed(xml);
  if (!isJsonObject(read)) throw unreadable(path, "must be well-formed XML");
  return read;
}

function parsed(xml: string): unknown {
  try {
    return XMLValidator.validate(xml) === true
      ? decoded(parser.parse(xml))
      : undefined;
  } catch {
    // Too deep, or named after what objects of JavaScript inherit.
    return undefined;
  }
}

function decoded(value: unknown): unknown {
  if (typeof value === "string") return withoutReferences(value);
  if (Array.isArray(value)) return value.map(decoded);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, decoded(one)]),
  );
}

/** XML 1.0 §4.6: what is predefined, and characters by number. Once: `&amp;lt;` is `&lt;`. */
function withoutReferences(text: string): string {
  return text.replaceAll(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(amp|lt|gt|quot|apos));/gi,
    (reference, decimal?: string, hex?: string, name?: string) => {
      if (name !== undefined) return named.get(name) ?? reference;
      const code = decimal === undefined
        ? parseInt(hex ?? "", 16)
        : Number(decimal);
      return isCharacter(code) ? String.fromCodePoint(code) : reference;
    },
  );
}

const named = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
]);

/** XML 1.0 §2.2. */
function isCharacter(code: number): boolean {
  return code === 0x9 || code === 0xa || code === 0xd ||
    (code >= 0x20 && code <= 0xd7ff) || (code >= 0xe000 && code <= 0xfffd) ||
    (code >= 0x10000 && code <= 0x10ffff);
}
