import assert from "node:assert/strict";
import { test } from "node:test";
import { RecentIds } from "./recent_ids.ts";

test("an id is a repeated one for as long as it is among the latest", () => {
  const ids = new RecentIds(3);
  assert.deepEqual(
    ["a", "b", "a", "c", "d", "e", "a"].map((id) => ids.add(id)),
    [
      false,
      false,
      true,
      false,
      false,
      false,
      false,
    ],
  );
});

test("an id that was repeated is forgotten once its last place has left", () => {
  const ids = new RecentIds(2);
  assert.deepEqual(
    ["a", "a", "b", "a", "b", "c", "d", "a"].map((id) => ids.add(id)),
    [
      false,
      true,
      false,
      true,
      true,
      false,
      false,
      false,
    ],
  );
});
