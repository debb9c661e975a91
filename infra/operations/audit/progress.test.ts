import assert from "node:assert/strict";
import { test } from "node:test";
import { Progress } from "./progress.ts";

test("every few seconds progress says how much was read, how fast and where, or what it waits for", () => {
  const lines: string[] = [];
  let nowMs = 0;
  const progress = new Progress((line) => lines.push(line), () => nowMs);
  const record = {
    topic: "t",
    partition: 1,
    offset: 0,
    timestampMs: 0,
    key: null,
    value: null,
    headers: [],
  };
  const read = (records: number, nextOffset: number) =>
    progress.read("t", {
      partition: 1,
      records: Array.from({ length: records }, () => record),
      gaps: [],
      nextOffset,
    });
  read(1_000, 1_000);
  nowMs = 4_000;
  read(3_000, 4_000);
  nowMs = 5_000;
  read(1_000, 5_000);
  nowMs = 9_000;
  read(0, 5_000);
  assert.deepEqual(lines, [
    "4,000 records read, 1,000/s: at t/1/4000",
    "5,000 records read, 200/s: waiting at t/1/5000 for an open transaction to end",
  ]);
  assert.equal(progress.records, 5_000);
});
