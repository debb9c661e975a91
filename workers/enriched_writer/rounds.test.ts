import assert from "node:assert/strict";
import { test } from "node:test";
import { inRounds } from "./rounds.ts";

const told = (text: string) =>
  text.split(" ").map((word) => {
    const [eventId = "", version] = word.split(":");
    return {
      eventId,
      ...version !== undefined && { mappingVersion: Number(version) },
    };
  });

const rounds = (text: string) =>
  inRounds(told(text)).map((round) =>
    round.map(({ eventId, mappingVersion }) =>
      mappingVersion === undefined ? eventId : `${eventId}:${mappingVersion}`
    ).join(" ")
  );

test("what has ids of its own is one round, in order", () => {
  assert.deepEqual(rounds("b a:1 c:2"), ["b a:1 c:2"]);
});

test("each higher version of one id is in a round of its own", () => {
  assert.deepEqual(rounds("a:1 b a:2 a:5 c"), ["a:1 b c", "a:2", "a:5"]);
});

test("what repeats an id without a higher version is in none", () => {
  assert.deepEqual(rounds("a a b:2 b:2 b:1 b"), ["a b:2"]);
});

test("a mapped one behind one that was not mapped is tried, as the row may be an earlier one", () => {
  assert.deepEqual(rounds("a a:1 a:1"), ["a", "a:1"]);
});
