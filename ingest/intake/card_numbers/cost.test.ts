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

const LENGTH = 8 * 1024;
const TIMES = 16;

/** As many at least, so that one run that was held up does not decide, and as many at most, however busy the machine is. */
const [FEW, MANY] = [5, 200];

/**
 * By how much longer it takes to look at a long text once than at a short one so often that it is as much in all: about 1 if the
 * time is linear, and `TIMES` if it is squared. Of each the shortest run counts, of as many as it takes to be sure.
 */
function growth(
  one: (typeof odd)[number],
  look: (text: string) => unknown,
  atMost = MANY,
) {
  const short = written(one, LENGTH);
  const long = written(one, TIMES * LENGTH);
  let [shortMs, longMs] = [Infinity, Infinity];
  for (let run = 0; run < atMost; run++) {
    const began = performance.now();
    for (let n = 0; n < TIMES; n++) look(short);
    const between = performance.now();
    look(long);
    shortMs = Math.min(shortMs, between - began);
    longMs = Math.min(longMs, performance.now() - between);
    // What takes less than a clock can tell is not squared.
    if (run >= FEW && longMs / (shortMs + 0.02) < TIMES / 2) break;
  }
  return longMs / (shortMs + 0.02);
}

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
      const factor = growth(one, look);
      assert.ok(factor < TIMES / 2, `${factor} for ${one[1]}`);
    }
  });
}

test("what is squared would be noticed", () => {
  const squared = (text: string) => {
    let marks = 0;
    for (let at = 0; at < text.length; at += 64) {
      marks += text.lastIndexOf('"', at);
    }
    return marks;
  };
  assert.ok(growth(["", "x", ""], squared, FEW) > TIMES / 2);
});
