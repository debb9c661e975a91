import assert from "node:assert/strict";
import { test } from "node:test";
import { rotated } from "./rounds.ts";

test("each round begins with another one, and keeps the order", () => {
  const rounds = [0, 1, 2, 3].map((round) => rotated(["a", "b", "c"], round));
  assert.deepEqual(rounds.map((names) => names.join("")), [
    "abc",
    "bca",
    "cab",
    "abc",
  ]);
  assert.deepEqual(rotated([], 2), []);
});
