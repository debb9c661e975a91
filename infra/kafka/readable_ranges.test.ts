import assert from "node:assert/strict";
import { test } from "node:test";
import { readableRanges } from "./readable_ranges.ts";

const admin = {
  startOffsets: () => Promise.resolve(new Map([[0, 10], [1, 7], [2, 0]])),
  endOffsets: () => Promise.resolve(new Map([[0, 100], [1, 7], [2, 3]])),
};

test("what is kept is read, and nothing of a partition that has nothing", async () => {
  assert.deepEqual(await readableRanges(admin, "topic"), [
    { partition: 0, from: 10, to: 100 },
    { partition: 2, from: 0, to: 3 },
  ]);
});

test("the last offsets of each partition are read, as far as they are kept", async () => {
  assert.deepEqual(await readableRanges(admin, "topic", { last: 5 }), [
    { partition: 0, from: 95, to: 100 },
    { partition: 2, from: 0, to: 3 },
  ]);
});
