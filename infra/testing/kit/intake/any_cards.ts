/**
 * For tests: card numbers and security codes at random, under the keys that the door knows, in JSON however it is written. What
 * is a good number is worked out here in another way than at the door.
 *
 * @module
 */
import fc from "fast-check";
import { keyNames } from "../../../../ingest/intake/card_numbers/key_names.ts";

/** Sums of digits by ISO/IEC 7812-1, Annex B, looked up. */
const DOUBLED = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];

function luhnSum(digits: string): number {
  return [...digits].reverse()
    .reduce(
      (sum, digit, n) => sum + (n % 2 ? DOUBLED[+digit] ?? 0 : +digit),
      0,
    );
}

export function withCheckDigit(payload: string): string {
  return `${payload}${(10 - luhnSum(`${payload}0`) % 10) % 10}`;
}

const digit = fc.integer({ min: 0, max: 9 }).map(String);

/** Of 12 to 19 digits, good. */
export const cardNumber = fc.tuple(
  fc.integer({ min: 1, max: 9 }).map(String),
  fc.array(digit, { minLength: 10, maxLength: 17 }),
).map(([first, rest]) => withCheckDigit(`${first}${rest.join("")}`));

/** The same, with another last digit. */
export const noCardNumber = fc.tuple(cardNumber, fc.integer({ min: 1, max: 9 }))
  .map(([number, by]) =>
    `${number.slice(0, -1)}${(Number(number.at(-1)) + by) % 10}`
  );

export const securityCode = fc.stringMatching(/^\d{3,4}$/);

/** Blanks and dashes among the digits. */
export const spaced = (digits: string) =>
  fc.array(fc.constantFrom("", "", "", " ", "-", "  "), {
    minLength: digits.length,
    maxLength: digits.length,
  }).map((gaps) => [...digits].map((one, n) => `${one}${gaps[n]}`).join(""));

/** A name in one of the ways in which its words may be joined, in any case. */
export const writtenKey = (name: string) =>
  fc.tuple(
    fc.array(fc.constantFrom("", "_", "-", " "), {
      minLength: 3,
      maxLength: 3,
    }),
    fc.infiniteStream(fc.boolean()),
  ).map(([joints, upper]) =>
    name.split(" ").reduce((all, word, n) => `${all}${joints[n - 1]}${word}`)
      .replace(/[a-z]/g, (one) => upper.next().value ? one.toUpperCase() : one)
  );

/** A text as JSON has it, with some of its characters as escapes. */
export const escaped = (text: string) =>
  fc.array(fc.constantFrom("no", "no", "lower", "upper"), {
    minLength: text.length,
    maxLength: text.length,
  }).map((how) =>
    `"${
      [...text].map((one, n) => {
        if (how[n] === "no") return JSON.stringify(one).slice(1, -1);
        const hex = one.charCodeAt(0).toString(16).padStart(4, "0");
        return `\\u${how[n] === "upper" ? hex.toUpperCase() : hex}`;
      }).join("")
    }"`
  );

const anywhere = (["card_number", "security_code"] as const).flatMap((kind) =>
  keyNames.anywhere[kind].map((name) => ({ kind, name, isInCard: false }))
);
const inCards = (["card_number", "security_code"] as const).flatMap((kind) =>
  keyNames.inCards[kind].map((name) => ({ kind, name, isInCard: true }))
);

/** Each key of card data that is known. */
export const cardDataKeys = [...anywhere, ...inCards];

/** Card data as a member of a JSON object. */
export type CardMember = {
  readonly kind: "card_number" | "security_code";
  readonly name: string;
  readonly digits: string;
  /** `"cardNumber": "4242 …"`, or the object around it if its key counts in a card alone. */
  readonly json: string;
};

/** Each of the known keys with what it must not have, as a text. */
export const cardMember: fc.Arbitrary<CardMember> = fc
  .constantFrom(...cardDataKeys)
  .chain(({ kind, name, isInCard }) =>
    (kind === "card_number" ? cardNumber : securityCode).chain((digits) =>
      fc.tuple(
        writtenKey(name).chain(escaped),
        (kind === "card_number" ? spaced(digits) : fc.constant(digits))
          .chain(escaped),
        fc.constantFrom(...keyNames.cards).chain(writtenKey).chain(escaped),
        fc.boolean(),
        blanks,
      ).map(([key, value, card, isList, blank]) => {
        const member = `${key}${blank}:${blank}${
          isList ? `[${value}]` : value
        }`;
        const inCard = isList ? `[{${member}}]` : `{${member}}`;
        return {
          kind,
          name,
          digits,
          json: isInCard ? `${card}${blank}:${inCard}` : member,
        };
      })
    )
  );

const blanks = fc.constantFrom("", " ", "\n\t ");

const harmlessKey = fc.constantFrom(
  "id",
  "order_number",
  "phone",
  "amount",
  "naïve",
  "receipt_number",
  "last4",
  "cvc_check",
  "card_number_hash",
  "__proto__",
);

/** Whatever stands beside: nothing of it is card data. */
export const harmless: fc.Arbitrary<string> = fc.letrec<{ value: string }>(
  (tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      fc.constantFrom("null", "true", "0", "-1.5e-3", "4242424242424242"),
      fc.string({ unit: "grapheme", maxLength: 12 }).chain(escaped),
      fc.array(tie("value"), { maxLength: 3 }).map((all) =>
        `[${all.join(",")}]`
      ),
      fc.array(fc.tuple(harmlessKey.chain(escaped), tie("value")), {
        maxLength: 3,
      }).map((all) =>
        `{${all.map(([key, value]) => `${key}:${value}`).join()}}`
      ),
    ),
  }),
).value;

/** An object with the members among others, some levels deep. */
export const around = (members: readonly string[]): fc.Arbitrary<string> =>
  fc.tuple(
    fc.array(
      fc.tuple(harmlessKey.map((key) => JSON.stringify(key)), harmless),
      {
        maxLength: 3,
      },
    ),
    fc.array(fc.constantFrom("[", "{"), { maxLength: 4 }),
    blanks,
  ).map(([others, levels, blank]) => {
    const all = [
      ...others.map(([key, value]) => `${key}:${value}`),
      ...members,
    ];
    const inner = `{${blank}${all.join(`${blank},`)}${blank}}`;
    const nested = levels.reduce(
      (json, level) =>
        level === "[" ? `[${blank}${json},1]` : `{"data":${json},"n":[]}`,
      inner,
    );
    return `{"event":${nested}}`;
  });
