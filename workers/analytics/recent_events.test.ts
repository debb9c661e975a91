import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { RecentEvents } from "./recent_events.ts";

test("an event brought by a second record is a duplicate, in whichever partition", () => {
  const recent = new RecentEvents(10);
  assert.equal(recent.isDuplicate("a", { partition: 0, offset: 5 }), false);
  assert.equal(recent.isDuplicate("a", { partition: 0, offset: 6 }), true);
  assert.equal(recent.isDuplicate("a", { partition: 1, offset: 5 }), true);
});

test("a record handled twice is no duplicate, nor is a duplicate handled twice counted again", () => {
  const recent = new RecentEvents(10);
  recent.isDuplicate("a", { partition: 0, offset: 5 });
  recent.isDuplicate("a", { partition: 0, offset: 6 });
  assert.equal(recent.isDuplicate("a", { partition: 0, offset: 5 }), false);
  assert.equal(recent.isDuplicate("a", { partition: 0, offset: 6 }), false);
});

test("an event is forgotten after as many others as the window holds", () => {
  const recent = new RecentEvents(2);
  let offset = 0;
  const isDuplicate = (id: string) =>
    recent.isDuplicate(id, { partition: 0, offset: offset++ });
  for (const id of ["a", "b", "c"]) assert.equal(isDuplicate(id), false);
  assert.equal(isDuplicate("b"), true);
  assert.equal(isDuplicate("a"), false);
});

test("for any ids, an event is a duplicate where it is among the last distinct ones", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.constantFrom("a", "b", "c", "d", "e", "f")),
      (size, ids) => {
        const recent = new RecentEvents(size);
        ids.forEach((id, offset) => {
          const before = [...new Set(ids.slice(0, offset).toReversed())];
          assert.equal(
            recent.isDuplicate(id, { partition: 0, offset }),
            before.slice(0, size).includes(id),
          );
        });
      },
    ),
  );
});
