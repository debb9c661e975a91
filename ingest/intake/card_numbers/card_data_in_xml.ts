import { digitsOfText, isCardData } from "./card_data.ts";
import type { FoundCardData } from "./card_data_in_json.ts";
import { type Key, keyIn, unknownKey } from "./key_names.ts";

/** Longer ones are none that is looked for. */
const MAX_TEXT = 256;

/**
 * The first card data in an XML text: an element's name is its key, and the element around it what it stands in. Read are
 * elements with a text and nothing else, with character references or as CDATA; attributes are not. Never throws, and reads
 * each character a few times at most, whatever the text is.
 */
export function cardDataInXml(xml: string): FoundCardData | undefined {
  const outer: Key[] = [];
  let key = unknownKey;
  let textFrom = 0;
  let open = xml.indexOf("<");
  while (open >= 0) {
    const close = xml.indexOf(">", open);
    if (close < 0) return undefined;
    if (xml.startsWith(CDATA, open)) {
      open = xml.indexOf("<", xml.indexOf("]]>", open) + 1 || xml.length);
      continue;
    }
    const tag = xml.slice(open + 1, Math.min(close, open + MAX_TEXT));
    if (tag.startsWith("/")) {
      const found = inText(key, xml.slice(textFrom, open));
      if (found !== undefined) return found;
      key = outer.pop() ?? unknownKey;
    } else if (!/^[!?]/.test(tag) && xml[close - 1] !== "/") {
      outer.push(key);
      const name = /^(?:[\w.-]*:)?([\w.-]+)/.exec(tag)?.[1] ?? "";
      key = keyIn(key, name);
    }
    textFrom = close + 1;
    open = xml.indexOf("<", textFrom);
  }
  return undefined;
}

const CDATA = "<![CDATA[";

function inText({ holds }: Key, text: string): FoundCardData | undefined {
  if (holds === undefined || text.length > MAX_TEXT) return undefined;
  const plain = text
    .replaceAll(/<!\[CDATA\[|\]\]>/g, "")
    .replaceAll(
      /&#(?:x([\da-f]{1,4})|(\d{1,5}));/gi,
      (_, hex: string | undefined, decimal: string | undefined) =>
        String.fromCharCode(
          hex === undefined ? Number(decimal) : parseInt(hex, 16),
        ),
    );
  const digits = digitsOfText(plain.trim());
  return digits !== undefined && isCardData(holds.kind, digits)
    ? holds
    : undefined;
}
