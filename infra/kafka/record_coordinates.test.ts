import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { header } from "./headers.ts";
import {
  coordinatesInHeader,
  formatCoordinates,
} from "./record_coordinates.ts";

const inHeader = (...values: string[]) =>
  coordinatesInHeader(values.map((value) => header("at", value)), "at");

test("coordinates that were written are read as they were", () => {
  fc.assert(fc.property(
    fc.record({
      topic: fc.stringMatching(/^[a-zA-Z0-9._-]{1,249}$/),
      partition: fc.nat(),
      offset: fc.maxSafeNat(),
    }, { noNullPrototype: true }),
    (coordinates) =>
      assert.deepEqual(inHeader(formatCoordinates(coordinates)), coordinates),
  ));
});

for (
  const text of [
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
  });
}

test("of several headers the first counts", () => {
  assert.equal(inHeader("no place", "topic/0/1"), undefined);
});
