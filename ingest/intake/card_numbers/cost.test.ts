import assert from "node:assert/strict";
import { test } from "node:test";
import { cardDataInJson } from "./card_data_in_json.ts";
import { cardDataInXml } from "./card_data_in_xml.ts";
import { mayHaveKey } from "./key_names.ts";
import { mayHaveCardData } from "./may_have_card_data.ts";

/** What would be slow if something were read again and again: a beginning, what is repeated, an end. */
const odd: readonly (readonly [head: string, unit: string, tail: string])[] = [
  ['{"pan":"', "x", '"}'],
  ['{"pan":"', "- ", '"}'],
  ['{"pan":"', "\\u0034", '"}'],
  ['{"pan":"', "\\\\", '"}'],
  ['{"pan":"', "4", '"}'],
  ['{"pan":', "4", "}"],
  ['{"pan"', " ", ":1}"],
  ['{"pan":[', '"" ,', "1]}"],
  ['{"pan":[', '"4242424242424242",', "1]}"],
  ["{", '"card_number":"4242424242424242",', '"a":1}'],
  ["{", '"card":{"number":"4242424242424242"},', '"a":1}'],
  ['{"', "card.", 'number":1}'],
  ['{"card.number', ".", 'x":1}'],
  ['{"', "primary_account_", '":1}'],
  ['{"card":', "[", ""],
  ['{"card":', '{"number":', ""],
  ["", "<", ""],
  ["", "<a", ""],
  ["", "<card>", ""],
  ["", "</card>", ""],
  ["", "<card><number>4242424242424241</number>", ""],
  ["", "<![CDATA[", ""],
  ["", "<![CDATA[", "]]>"],
  ["", "<!--", ">"],
  ["", "1 ", "x"],
  ["", "cvc ", "x"],
  ["", "cvc x", ">"],
  ["", "%3", "x"],
];

const written = (
  [head, unit, tail]: (typeof odd)[number],
  length: number,
) => `${head}${unit.repeat(Math.floor(length / unit.length))}${tail}`;

/** The shortest of a few runs of each, taken in turns, so that other work hits both. */
function times(works: readonly (() => void)[]): number[] {
  const best = works.map(() => Infinity);
  for (let round = 0; round < 7; round++) {
    for (const [n, work] of works.entries()) {
      const began = performance.now();
      work();
      best[n] = Math.min(best[n] ?? 0, performance.now() - began);
    }
  }
  return best;
}

const LENGTH = 16 * 1024;
const TIMES = 16;

for (
  const [name, look] of [
    ["one pass over a text", mayHaveKey],
    ["JSON", (text: string) => {
      for (const _ of cardDataInJson(new TextEncoder().encode(text)));
    }],
    ["XML", cardDataInXml],
    [
      "a refused body",
      (text: string) => mayHaveCardData(new TextEncoder().encode(text)),
    ],
  ] as const
) {
  test(`${name}: what is ${TIMES} times as long takes no time that is squared`, () => {
    for (const one of odd) {
      const short = written(one, LENGTH);
      const long = written(one, TIMES * LENGTH);
      const [shortMs = 0, longMs = 0] = times([
        // As much in both, so that neither is below what a clock can tell.
        () => {
          for (let n = 0; n < TIMES; n++) look(short);
        },
        () => void look(long),
      ]);
      // Squared, it would be 16.
      const ratio = longMs / (shortMs + 0.1);
      assert.ok(ratio < TIMES / 2, `${ratio} for ${one[1]}`);
    }
  });
}
