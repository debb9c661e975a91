import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { header } from "./headers.ts";
import {
  coordinatesInHeader,
  formatCoordinates,
  formatSource,
  itemInHeader,
  MAX_ITEMS,
} from "./record_coordinates.ts";

const inHeader = (...values: string[]) =>
  coordinatesInHeader(values.map((value) => header("at", value)), "at");

const itemIn = (value: string) => itemInHeader([header("at", value)], "at");

const anyCoordinates = fc.record({
  topic: fc.stringMatching(/^[a-zA-Z0-9._-]{1,249}$/),
  partition: fc.nat(),
  offset: fc.maxSafeNat(),
}, { noNullPrototype: true });

test("coordinates that were written are read as they were", () => {
  fc.assert(fc.property(
    anyCoordinates,
    (coordinates) =>
      assert.deepEqual(inHeader(formatCoordinates(coordinates)), coordinates),
  ));
});

test("one of several things is read as it was written, and its record's coordinates without it", () => {
  // The only thing is not numbered.
  const anyItem = fc.integer({ min: 2, max: MAX_ITEMS }).chain((items) =>
    fc.integer({ min: 1, max: items }).map((item) => ({ item, items }))
  );
  fc.assert(fc.property(anyCoordinates, anyItem, (coordinates, item) => {
    const text = formatSource(coordinates, item);
    assert.deepEqual(itemIn(text), item);
    assert.deepEqual(inHeader(text), coordinates);
    assert.equal(itemIn(formatCoordinates(coordinates)), undefined);
  }));
});

for (
  const text of [
    "topic/0/1#",
    "topic/0/1#1",
    "topic/0/1#0/2",
    "topic/0/1#3/2",
    "topic/0/1#01/2",
    "topic/0/1#1/1001",
    "topic/0/1#1/2#1/2",
    "#1/2",
    "",
    "topic",
    "topic/0",
    "topic/0/1/2",
    "/0/1",
    "topic/-1/1",
    "topic/01/1",
    "topic/0/1.5",
    "topic/0/1 ",
    "topic/0/1\n",
    "to pic/0/1",
    "topic/0/9007199254740992",
    "topic/2147483648/0",
    `${"t".repeat(250)}/0/1`,
  ]
) {
  test(`a header that says ${JSON.stringify(text)} names no coordinates`, () => {
    assert.equal(inHeader(text), undefined);
    assert.equal(itemIn(text), undefined);
  });
}

test("of several headers the first counts", () => {
  assert.equal(inHeader("no place", "topic/0/1"), undefined);
});
