/**
 * The names of keys under which card numbers and security codes are looked for: a closed list. Their words may be joined by
 * `_`, `-`, a blank or nothing, in whatever case: `card_number`, `cardNumber` and `Card-Number` are one name.
 *
 * @module
 */
import { type CardDataKind, cardDataKinds } from "./card_data.ts";

/** Wherever they stand. */
const anywhere = {
  card_number: [
    "card number",
    "card no",
    "card num",
    "credit card number",
    "credit card no",
    "credit card num",
    "debit card number",
    "payment card number",
    "cc number",
    "cc no",
    "cc num",
    "pan",
    "card pan",
    "full pan",
    "pan number",
    "primary account number",
    "card account number",
  ],
  security_code: [
    "cvc",
    "cvc2",
    "cvc code",
    "cvc number",
    "cvv",
    "cvv2",
    "cvv code",
    "cvv number",
    "cvn",
    "cvn2",
    "cv number",
    "cvd",
    "csc",
    "cav2",
    "card cvc",
    "card cvv",
    "card cvn",
    "card cid",
    "security code",
    "card security code",
    "card verification code",
    "card verification number",
    "card verification value",
  ],
} as const;

/**
 * In a card alone. Elsewhere `number` is an order's or a telephone's, `cid` a customer's, `verification code` one for a login,
 * and an account number a bank's, of which one in ten passes the check of a card's.
 */
const inCards = {
  card_number: ["number", "account number"],
  security_code: ["cid", "verification code", "verification value"],
} as const;

/** What holds a card. */
const cards = [
  "card",
  "cards",
  "card data",
  "card details",
  "card info",
  "credit card",
  "credit cards",
  "credit card details",
  "debit card",
  "debit cards",
  "bank card",
  "payment card",
  "payment cards",
  "tokenized card",
  "cc",
  "payment method",
  "payment methods",
  "payment method data",
  "payment method details",
  "payment source",
  "payment sources",
  "payment instrument",
  "payment instruments",
  "funding instrument",
  "funding instruments",
  "funding source",
  "instrument",
  "instruments",
  "source",
  "sources",
] as const;

/** A name as it stands in the list. */
export type KeyName =
  | (typeof anywhere)[CardDataKind][number]
  | (typeof inCards)[CardDataKind][number];

/** What a key stands for. */
export type Key = {
  /** What its value may be; absent of a key that is none of these. */
  readonly holds?: { readonly kind: CardDataKind; readonly name: KeyName };
  /** Whether it holds a card, so that what is looked for in cards alone is looked for in its object. */
  readonly isCard: boolean;
};

/** Of what is no key that is known. */
export const unknownKey: Key = { isCard: false };

type Meaning = Key & { readonly inCardsAlone: boolean };

const joints = ["", "_", "-", " "];

const meanings = new Map<string, Meaning>();
for (const kind of cardDataKinds) {
  for (
    const [place, inCardsAlone] of [[anywhere, false], [inCards, true]] as const
  ) {
    for (const name of place[kind]) {
      add(name, { holds: { kind, name }, isCard: false, inCardsAlone });
    }
  }
}
for (const name of cards) add(name, { isCard: true, inCardsAlone: false });

function add(name: string, meaning: Meaning): void {
  for (const written of writings(name.split(" "))) {
    meanings.set(written, meaning);
  }
}

/** Each way in which words may be joined. */
function writings([first = "", ...others]: readonly string[]): string[] {
  if (others.length === 0) return [first];
  return writings(others)
    .flatMap((rest) => joints.map((joint) => first + joint + rest));
}

/** The names, for tests. */
export const keyNames = { anywhere, inCards, cards };

/** Longer ones are none of these, however they are written. */
export const MAX_KEY_LENGTH = 128;

/**
 * What a key stands for. A path in one key is gone along: `card.number` and `cards[0][number]` are `number` in a card.
 *
 * @param parent the key whose object, or list of objects, it stands in
 */
export function keyIn(parent: Key, key: string): Key {
  if (key.length > MAX_KEY_LENGTH) return unknownKey;
  return /[.[\]]/.test(key) ? lastOf(key, parent) : its(key, parent);
}

function lastOf(path: string, parent: Key): Key {
  let last = parent;
  for (const segment of path.split(/[.[\]]+/)) {
    // The place in a list.
    if (!/^\d*$/.test(segment)) last = its(segment, last);
  }
  return last;
}

function its(name: string, parent: Key): Key {
  const known = meanings.get(name.toLowerCase());
  return known === undefined || (known.inCardsAlone && !parent.isCard)
    ? unknownKey
    : known;
}

/** As part of a regular expression, each way of writing one. */
const written = (kind: CardDataKind) =>
  [...anywhere[kind], ...inCards[kind]]
    .map((name) => name.replaceAll(" ", "[_ -]?")).join("|");

/** Names of keys of security codes, as part of a regular expression. */
export const securityCodeKeys = written("security_code");

const names = cardDataKinds.map(written).join("|");

/** Such a key with its colon, or a character that is written as an escape and may be part of one. */
const suspicion = new RegExp(
  `\\\\u00[2-7]|[".[\\]](?:${names})[.[\\]\\d]*"[ \\t\\r\\n]*:`,
  "i",
);

/**
 * Whether a JSON text may have such a key: one pass, without knowing where a string begins. It is never `false` of a text in
 * which `keyIn` would know one, and nearly always of all others.
 */
export function mayHaveKey(json: string): boolean {
  return suspicion.test(json);
}
