import assert from "node:assert/strict";
import { test } from "node:test";
import { nonBlank } from "./fields.ts";

test("white space is what Unicode's property White_Space says, for every character", () => {
  for (let code = 0; code <= 0x10ffff; code++) {
    const character = String.fromCodePoint(code);
    assert.equal(
      nonBlank(character) === undefined,
      /\p{White_Space}/u.test(character),
      `U+${code.toString(16)}`,
    );
  }
});

test("characters without width are no white space, and what is no text is nothing", () => {
  for (const text of ["\u200b", "\u180e", "\ufeff", " a "]) {
    assert.equal(nonBlank(text), text);
  }
  for (const value of ["", " \t\u0085\u3000", 5, null, undefined, ["a"]]) {
    assert.equal(nonBlank(value), undefined);
  }
});
