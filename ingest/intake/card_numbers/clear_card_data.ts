import { formIn } from "#contracts/form.ts";
import type { CardDataKind } from "./card_data.ts";
import { cardDataInForm } from "./card_data_in_form.ts";
import { cardDataInJson, type FoundCardData } from "./card_data_in_json.ts";
import { mayHaveKey } from "./key_names.ts";
import { mask } from "./mask.ts";

/** What becomes of a body with card data. */
export const cardNumberSettings = ["refuse", "mask"] as const;

export type CardNumberSetting = (typeof cardNumberSettings)[number];

/** What a body had, by the names of its keys, and what became of it. It has no digit of it. */
export type ClearedCardData =
  & { readonly found: readonly [FoundCardData, ...FoundCardData[]] }
  & (
    | { readonly outcome: "masked" }
    /** With what its sender is told. */
    | { readonly outcome: "refused"; readonly detail: string }
  );

/**
 * Looks for card data in a body that is proven to be its sender's, and masks it in place or says that the body is to be
 * refused. A body without any, which nearly all are, is left as it is after one pass over its text.
 *
 * @param of.text the body's, if it is known to be a JSON object; absent: it is a form
 * @returns undefined if there is none
 */
export function clearCardData(
  body: Uint8Array,
  { text, setting }: { text?: string; setting: CardNumberSetting },
): ClearedCardData | undefined {
  if (text === undefined) {
    const found = cardDataInForm(formIn(body));
    return found && refused(found, setting === "mask" ? inForm : "");
  }
  if (!mayHaveKey(text)) return undefined;
  const found = new Map<string, FoundCardData>();
  for (const place of cardDataInJson(body)) {
    const { kind, name } = place;
    if (setting === "refuse") return refused({ kind, name });
    if (!place.isText) return refused({ kind, name }, asNumber);
    mask(body, place);
    found.set(name, { kind, name });
  }
  const [first, ...others] = found.values();
  return first && { outcome: "masked", found: [first, ...others] };
}

const inForm = " It cannot be masked in a form.";
const asNumber = " It cannot be masked in a number of JSON: send it as a text.";

const sentences: Readonly<Record<CardDataKind, string>> = {
  card_number:
    "has a card number: send its first six and last four digits at most.",
  security_code: "has a card's security code: leave it out.",
};

function refused(found: FoundCardData, why = ""): ClearedCardData {
  const { kind, name } = found;
  const key = JSON.stringify(name.replaceAll(" ", "_"));
  return {
    outcome: "refused",
    found: [found],
    detail: `The body's key ${key}, or one written like it, ${
      sentences[kind]
    }${why}`,
  };
}

/** Each once. */
export function kindsIn(
  { found }: ClearedCardData,
): ReadonlySet<CardDataKind> {
  return new Set(found.map(({ kind }) => kind));
}
