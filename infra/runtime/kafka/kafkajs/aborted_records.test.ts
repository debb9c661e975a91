import { Buffer } from "node:buffer";
import assert from "node:assert/strict";
import { test } from "node:test";
import { markAborted } from "./aborted_records.ts";

const data = (offset: number, producerId: string) => ({
  offset: String(offset),
  key: Buffer.from("key"),
  isControlRecord: false,
  batchContext: { producerId, inTransaction: true },
});
const marker = (
  offset: number,
  producerId: string,
  type: "abort" | "commit",
) => ({
  ...data(offset, producerId),
  key: Buffer.from([0, 0, 0, type === "abort" ? 0 : 1]),
  isControlRecord: true,
});

/** Offsets of the records that are left to a reader. */
const visible = (
  messages: ReturnType<typeof data>[],
  abortedTransactions: { producerId: string; firstOffset: string }[],
) => {
  markAborted({ messages, abortedTransactions });
  return messages.filter(({ isControlRecord }) => !isControlRecord)
    .map(({ offset }) => Number(offset));
};

test("overlapping aborted transactions are hidden though they are listed in the order of their ends", () => {
  assert.deepEqual(
    visible(
      [
        data(0, "one"),
        data(1, "two"),
        data(2, "three"),
        marker(3, "two", "abort"),
        marker(4, "one", "abort"),
        marker(5, "three", "commit"),
        data(6, "one"),
        marker(7, "one", "commit"),
      ],
      [
        { producerId: "two", firstOffset: "1" },
        { producerId: "one", firstOffset: "0" },
      ],
    ),
    [2, 6],
  );
});

test("several transactions that began before the fetched records are all hidden", () => {
  assert.deepEqual(
    visible(
      [
        data(10, "two"),
        data(11, "one"),
        marker(12, "one", "abort"),
        marker(13, "two", "abort"),
        data(14, "two"),
      ],
      [
        { producerId: "one", firstOffset: "3" },
        { producerId: "two", firstOffset: "4" },
      ],
    ),
    [14],
  );
});

test("a record whose key looks like a marker ends no transaction", () => {
  const lookalike = { ...data(1, "one"), key: Buffer.from([0, 0, 0, 0]) };
  assert.deepEqual(
    visible([data(0, "one"), lookalike, data(2, "one")], [
      { producerId: "one", firstOffset: "0" },
    ]),
    [],
  );
});
