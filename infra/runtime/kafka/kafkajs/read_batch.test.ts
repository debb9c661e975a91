import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { readBatch } from "./read_batch.ts";

const message = (offset: number, isControlRecord = false) => ({
  offset: String(offset),
  timestamp: "0",
  attributes: 0,
  key: null,
  value: Buffer.from(`${offset}`),
  headers: {},
  isControlRecord,
});

/** What is read of offsets 10 up to 20 from offset 12 on: records, gaps and where to go on. */
function read(...messages: ReturnType<typeof message>[]) {
  const range = { partition: 3, from: 10, to: 20 };
  const { records, gaps, nextOffset } = readBatch(messages, "t", range, 12);
  return {
    records: records.map(({ offset }) => offset),
    gaps: gaps.map(({ from, to }) => [from, to]),
    nextOffset,
  };
}

test("what lies before the offset asked for is left out", () => {
  const messages = [10, 11, 12, 13].map((offset) => message(offset));
  const expected = { records: [12, 13], gaps: [], nextOffset: 14 };
  assert.deepEqual(read(...messages), expected);
});

test("a range ends before its last offset, whatever was fetched behind it", () => {
  const messages = Array.from({ length: 20 }, (_, n) => message(n + 5));
  assert.deepEqual(read(...messages), {
    records: [12, 13, 14, 15, 16, 17, 18, 19],
    gaps: [],
    nextOffset: 20,
  });
});

test("control records are no records, and no gaps either", () => {
  assert.deepEqual(read(message(12), message(13, true), message(14)), {
    records: [12, 14],
    gaps: [],
    nextOffset: 15,
  });
  const nothingElse = { records: [], gaps: [], nextOffset: 13 };
  assert.deepEqual(read(message(12, true)), nothingElse);
});

test("offsets of which the log holds nothing are gaps, as far as the range goes", () => {
  assert.deepEqual(read(message(14), message(17), message(25)), {
    records: [14, 17],
    gaps: [[12, 14], [15, 17], [18, 20]],
    nextOffset: 20,
  });
});

test("a fetch that brought nothing leaves the place as it is", () => {
  assert.deepEqual(read(), { records: [], gaps: [], nextOffset: 12 });
});
