import assert from "node:assert/strict";
import { test } from "node:test";
import { UnfinishedRecords } from "./unfinished_records.ts";

const filled = (offsets: readonly number[], maxSegments?: number) => {
  const unfinished = new UnfinishedRecords(maxSegments);
  for (const offset of offsets) {
    unfinished.add({
      offset,
      timestampMs: 1_000 + offset,
      eventType: offset % 3 === 0 ? "a" : "b",
      money: { currency: offset % 2 === 0 ? "USD" : "EUR", amount: offset },
    });
  }
  return unfinished;
};
const unknown = { eventType: "other", money: undefined };
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);
const brief = (unfinished: UnfinishedRecords, position: number) => {
  const { records, oldestMs, amounts } = unfinished.from(position);
  return { records, oldestMs, ...Object.fromEntries(amounts) };
};

test("what lies behind a position is counted, with the age of the oldest and the money by currency", () => {
  const unfinished = filled([0, 1, 2, 5, 6]);
  assert.deepEqual(brief(unfinished, 2), {
    records: 3,
    oldestMs: 1_002,
    USD: 8,
    EUR: 5,
  });
  // Between two records lie control records.
  assert.deepEqual(brief(unfinished, 3), brief(unfinished, 5));
  assert.deepEqual(brief(unfinished, 7), { records: 0, oldestMs: undefined });
});

test("what every group has finished is forgotten, and nothing else", () => {
  const unfinished = filled(upTo(10));
  const before = brief(unfinished, 4);
  unfinished.forgetBefore(4);
  assert.deepEqual(brief(unfinished, 0), before);
  assert.deepEqual(brief(unfinished, 4), before);
  unfinished.forgetBefore(100);
  assert.equal(unfinished.from(0).records, 0);
});

test("after a backlog, each record is told apart again", () => {
  const unfinished = filled(upTo(1_000), 10);
  unfinished.forgetBefore(1_000);
  for (const offset of [1_000, 1_001, 1_002]) {
    unfinished.add({ offset, timestampMs: offset, ...unknown });
  }
  assert.equal(unfinished.from(1_001).records, 2);
});

test("each type is counted apart, also in a backlog, and what is of no known amount with it", () => {
  const unfinished = filled(upTo(100), 10);
  unfinished.add({ offset: 100, timestampMs: 5, ...unknown });
  const { records, types } = unfinished.from(0);
  assert.equal(records, 101);
  const sumOf = (from: number, step: number) =>
    upTo(100).filter((n) => n >= from && (n - from) % step === 0)
      .reduce((sum, n) => sum + n, 0);
  assert.deepEqual(types.get("other"), { records: 1, amounts: new Map() });
  assert.equal(types.get("a")?.records, 34);
  assert.equal(types.get("a")?.amounts.get("USD"), sumOf(0, 6));
  assert.equal(types.get("a")?.amounts.get("EUR"), sumOf(3, 6));
  assert.equal(types.get("b")?.records, 66);
});

test("a record that moves nothing counts without money", () => {
  const unfinished = new UnfinishedRecords();
  unfinished.add({ offset: 3, timestampMs: 5, ...unknown });
  assert.deepEqual(brief(unfinished, 0), { records: 1, oldestMs: 5 });
});

test("a backlog of any length fits, its sums are exact from its beginning, and off by a segment elsewhere", () => {
  const offsets = upTo(1_000);
  const exact = filled(offsets);
  const joined = filled(offsets, 10);
  assert.deepEqual(brief(joined, 0), brief(exact, 0));
  // 128 records each: with 64 they would be more than ten.
  const { records, oldestMs } = joined.from(500);
  assert.deepEqual({ records, oldestMs }, { records: 616, oldestMs: 1_384 });
});
