import { fromBase64 } from "../../provider_accounts/encodings.ts";
import { digitsOfText, isCardData } from "./card_data.ts";
import type { FoundCardData } from "./card_data_in_json.ts";
import { cardDataInXml } from "./card_data_in_xml.ts";
import { keyIn, unknownKey } from "./key_names.ts";

/**
 * The first card data in a form: in its fields, whose names are keys (`card[number]`), and in XML that a field has in base64,
 * as Braintree's `bt_payload` does.
 */
export function cardDataInForm(
  form: URLSearchParams,
): FoundCardData | undefined {
  for (const [name, value] of form) {
    const { holds } = keyIn(unknownKey, name);
    const digits = digitsOfText(value);
    if (holds && digits !== undefined && isCardData(holds.kind, digits)) {
      return holds;
    }
    const found = cardDataInXml(xmlIn(value));
    if (found !== undefined) return found;
  }
  return undefined;
}

const utf8 = new TextDecoder();

/** In base64, with line ends or without; empty if it is none. */
function xmlIn(value: string): string {
  const bytes = fromBase64(value.replaceAll(/\s/g, ""));
  return bytes === undefined ? "" : utf8.decode(bytes);
}
