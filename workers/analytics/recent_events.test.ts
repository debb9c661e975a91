import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { RecentEvents } from "./recent_events.ts";

test("an event brought by a second record is a duplicate", () => {
  const recent = new RecentEvents(10);
  assert.equal(recent.isDuplicate("a"), false);
  assert.equal(recent.isDuplicate("a"), true);
});

test("an event is forgotten after as many others as the window holds", () => {
  const recent = new RecentEvents(2);
  for (const id of ["a", "b", "c"]) assert.equal(recent.isDuplicate(id), false);
  assert.equal(recent.isDuplicate("b"), true);
  assert.equal(recent.isDuplicate("a"), false);
});

test("for any ids, an event is a duplicate where it is among the last distinct ones", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.constantFrom("a", "b", "c", "d", "e", "f")),
      (size, ids) => {
        const recent = new RecentEvents(size);
        ids.forEach((id, index) => {
          const before = [...new Set(ids.slice(0, index).toReversed())];
          assert.equal(
            recent.isDuplicate(id),
            before.slice(0, size).includes(id),
          );
        });
      },
    ),
  );
});
