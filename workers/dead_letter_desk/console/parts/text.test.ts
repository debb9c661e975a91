import assert from "node:assert/strict";
import { test } from "node:test";
import { durationText, quoted, visible } from "./text.ts";

test("what nobody would see in a text is written out", () => {
  const cases = [
    ["pay_\u202e1", "pay_\\u{202e}1"],
    ["a\u0000b\u200bc", "a\\u{0}b\\u{200b}c"],
    ["half \ud800", "half \\u{d800}"],
    ["line\nand\ttab é 💶", "line\nand\ttab é 💶"],
  ] as const;
  for (const [text, shown] of cases) assert.equal(visible(text), shown);
});

test("a duration is told in its largest unit", () => {
  const texts = [-5, 900, 61_000, 3_600_000, 90_000_000].map(durationText);
  assert.deepEqual(texts, ["0 s", "0 s", "1 min", "1 h", "1 d"]);
});

test("a word of a command is quoted if a shell would take it apart", () => {
  assert.equal(quoted("id=pay_1"), "id=pay_1");
  assert.equal(quoted("it's; rm"), `'it'\\''s; rm'`);
});
