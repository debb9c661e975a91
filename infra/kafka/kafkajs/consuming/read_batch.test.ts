import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import type { ReceivedRecord } from "../../port.ts";
import { readBatch } from "./read_batch.ts";

const record = (offset: number): ReceivedRecord => ({
  topic: "t",
  partition: 3,
  offset,
  timestampMs: 0,
  key: null,
  value: Buffer.from(`${offset}`),
  headers: [],
});

/** An offset of a record; or, hidden, of a control record or an aborted one. */
type Fetched = number | { readonly hidden: number };

/** What is read of offsets 10 up to 20 from offset 12 on: records, gaps and where to go on. */
function read(...fetched: readonly Fetched[]) {
  const range = { partition: 3, from: 10, to: 20 };
  const offsets = fetched.map((one) =>
    typeof one === "number" ? one : one.hidden
  );
  const { records, gaps, nextOffset } = readBatch(
    {
      records: fetched.filter((one) => typeof one === "number").map(record),
      taken: offsets.map((offset) => ({ from: offset, to: offset + 1 })),
      nextOffset: offsets.length === 0 ? undefined : (offsets.at(-1) ?? 0) + 1,
    },
    range,
    12,
  );
  return {
    records: records.map(({ offset }) => offset),
    gaps: gaps.map(({ from, to }) => [from, to]),
    nextOffset,
  };
}

test("what lies before the offset asked for is left out", () => {
  const expected = { records: [12, 13], gaps: [], nextOffset: 14 };
  assert.deepEqual(read(10, 11, 12, 13), expected);
});

test("a range ends before its last offset, whatever was fetched behind it", () => {
  const offsets = Array.from({ length: 20 }, (_, n) => n + 5);
  assert.deepEqual(read(...offsets), {
    records: [12, 13, 14, 15, 16, 17, 18, 19],
    gaps: [],
    nextOffset: 20,
  });
});

test("control records are no records, and no gaps either", () => {
  assert.deepEqual(read(12, { hidden: 13 }, 14), {
    records: [12, 14],
    gaps: [],
    nextOffset: 15,
  });
  const nothingElse = { records: [], gaps: [], nextOffset: 13 };
  assert.deepEqual(read({ hidden: 12 }), nothingElse);
});

test("offsets of which the log holds nothing are gaps, as far as the range goes", () => {
  assert.deepEqual(read(14, 17, 25), {
    records: [14, 17],
    gaps: [[12, 14], [15, 17], [18, 20]],
    nextOffset: 20,
  });
});

test("a fetch that brought nothing leaves the place as it is", () => {
  assert.deepEqual(read(), { records: [], gaps: [], nextOffset: 12 });
});
