import assert from "node:assert/strict";
import { test } from "node:test";
import { fencesOf } from "./fences.ts";

const fence = "```";

test("a fenced block has what stands behind its fence, its text and its lines", () => {
  const page =
    `Prose\n${fence}sh processes look\none\n  two\n${fence}\n\n${fence}\n${fence}`;
  assert.deepEqual(fencesOf(page), [
    { info: "sh processes look", line: 3, text: "one\n  two", end: 5 },
    { info: "", line: 8, text: "", end: 8 },
  ]);
});
