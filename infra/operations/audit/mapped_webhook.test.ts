import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import type { Part } from "#kafka/record_coordinates.ts";
import { digestOf } from "./digest.ts";
import {
  differencesIn,
  type Expectation,
  expectationOf,
} from "./mapped_webhook.ts";
import type { Output } from "./output.ts";

const fact = (text: string) => digestOf(Buffer.from(text));

const three: Expectation = {
  version: 2,
  items: 3,
  made: [
    { item: 1, kind: "record", digest: fact("one") },
    { item: 2, kind: "unmapped", digest: undefined },
    { item: 3, kind: "record", digest: fact("three") },
  ],
};

let offset = 0;
const output = (
  kind: "record" | "unmapped" | "dead letter",
  part: Part | undefined,
  { text = "", version = 2 } = {},
): Output => ({
  kind,
  source: { partition: 0, offset: 1 },
  partition: 0,
  offset: offset++,
  digest: fact(text),
  replay: undefined,
  part,
  version,
});

const [first, second, third] = [
  { item: 1, items: 3 },
  { item: 2, items: 3 },
  { item: 3, items: 3 },
];
const all = [
  output("record", first, { text: "one" }),
  output("unmapped", second),
  output("record", third, { text: "three" }),
];

/** How many of each kind of difference. */
function brief(expected: Expectation, made: readonly Output[]) {
  const { missing, doubled, conflicting, ofOtherVersions } = differencesIn(
    expected,
    made,
  );
  return [missing, doubled.length, conflicting.length, ofOtherVersions];
}

test("each of several things once, as the mapping makes it, is no difference", () => {
  assert.deepEqual(brief(three, all), [[], 0, 0, 0]);
});

test("a dead letter is right in the place of each thing, and of the whole", () => {
  const letters = all.map((one) => output("dead letter", one.part));
  assert.deepEqual(brief(three, letters), [[], 0, 0, 0]);
  assert.deepEqual(brief(three, [output("dead letter", undefined)]), [
    [],
    0,
    0,
    0,
  ]);
});

test("a thing that is not there is missing by its number", () => {
  assert.deepEqual(brief(three, all.slice(1)), [
    ["came to nothing in 1/3"],
    0,
    0,
    0,
  ]);
  assert.deepEqual(brief(three, [])[0], [
    "came to nothing in 1/3",
    "came to nothing in 2/3",
    "came to nothing in 3/3",
  ]);
});

test("a thing that is there twice is doubled, and so is one beside the whole", () => {
  assert.deepEqual(brief(three, [...all, output("dead letter", second)]), [
    [],
    1,
    0,
    0,
  ]);
  assert.deepEqual(brief(three, [...all, output("dead letter", undefined)]), [
    [],
    1,
    0,
    0,
  ]);
});

test("a fact with other bytes, or in another's place, is a conflict", () => {
  const changed = output("record", third, { text: "other" });
  assert.deepEqual(brief(three, [...all.slice(0, 2), changed])[2], 1);
  const swapped = [
    output("unmapped", first),
    output("record", second, { text: "one" }),
    output("record", third, { text: "three" }),
  ];
  assert.deepEqual(brief(three, swapped)[2], 2);
});

test("things that are said to be of another number are a conflict", () => {
  const stranger = output("record", { item: 4, items: 4 }, { text: "one" });
  assert.equal(brief(three, [...all, stranger])[2] !== 0, true);
});

test("what another version has made is whole or not, and its bytes are not compared", () => {
  const [one, two] = [{ item: 1, items: 2 }, { item: 2, items: 2 }];
  const earlier = { text: "as it was", version: 1 };
  assert.deepEqual(
    brief(three, [
      output("record", one, earlier),
      output("record", two, earlier),
    ]),
    [[], 0, 0, 2],
  );
  assert.deepEqual(brief(three, [output("record", one, earlier)]), [
    ["came to nothing in 2/2"],
    0,
    0,
    1,
  ]);
  assert.deepEqual(brief(three, [output("record", undefined, earlier)]), [
    [],
    0,
    0,
    1,
  ]);
});

test("of a replay for one thing that thing alone is asked", () => {
  const asked = { ...three, made: three.made.slice(1, 2) };
  assert.deepEqual(brief(asked, [output("unmapped", second)]), [[], 0, 0, 0]);
  assert.deepEqual(brief(asked, [])[0], ["came to nothing in 2/3"]);
});

test("a webhook that says nothing of a payment comes to nothing", () => {
  const nothing = { version: 1, items: 0, made: [] };
  assert.deepEqual(brief(nothing, []), [[], 0, 0, 0]);
  assert.equal(
    brief(nothing, [output("record", undefined, { version: 1 })])[2],
    1,
  );
});

test("a replay for one of several things has made that one alone, by whichever version of the mapping", () => {
  const asked = { item: 2, items: 3 };
  const made = [output("record", second, { version: 1 })];
  const now: Expectation = { version: 2, items: 4, asked, made: [] };
  assert.deepEqual(brief(now, made), [[], 0, 0, 1]);
  assert.deepEqual(brief({ ...now, asked: { item: 3, items: 3 } }, made), [
    ["came to nothing in 3/3"],
    0,
    0,
    1,
  ]);
});

test("a webhook at which its mapping fails is to be a dead letter, and nothing stops the audit", () => {
  const failing = () => {
    throw new TypeError("a fault in the mapping");
  };
  const expected = expectationOf({ value: null, headers: [] }, failing);
  assert.ok(expected !== undefined);
  assert.deepEqual(brief(expected, [output("dead letter", undefined)]), [
    [],
    0,
    0,
    0,
  ]);
  assert.deepEqual(brief(expected, [])[0], ["came to nothing"]);
});
