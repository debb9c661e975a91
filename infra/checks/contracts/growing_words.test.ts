import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { grows } from "#contracts/growing.ts";
import { growingWords, lostWords } from "./growing_words.ts";
import type { Published } from "./published.ts";

const listOf = (words: readonly string[]) => {
  const word = () => grows(z.enum(words));
  const schema = z.object({
    why: word().nullable(),
    of: z.object({ word: word() }),
  });
  const name = "things.v1";
  const contract: Published = {
    ...{ name, of: "topic", title: "Things", about: "Things.", schema },
  };
  return growingWords([contract]);
};

test("a word may be added to a list that grows, and none be taken away, wherever in it it stood", () => {
  const before = listOf(["one", "two"]);
  assert.deepEqual(lostWords(before, listOf(["zero", "one", "two"])), []);
  const [said, ...others] = lostWords(before, listOf(["one", "three"]));
  assert.match(
    String(said),
    /^\S+ of things\.v1 has no word two any more.*put it back/,
  );
  assert.equal(others.length, 1, "once for each field");
  assert.equal(lostWords(before, {}).length, 4);
});
