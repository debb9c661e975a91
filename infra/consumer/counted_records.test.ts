import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CountedRecords } from "./counted_records.ts";

const batch = (from: number, to: number) =>
  Array.from(
    { length: to - from },
    (_, n) => ({ record: { offset: from + n } }),
  );
const offsets = (taken: readonly { record: { offset: number } }[]) =>
  taken.map(({ record }) => record.offset);

test("of a batch committed twice the second counts nothing, and of one cut otherwise only what is new", () => {
  const counted = new CountedRecords();
  assert.deepEqual(offsets(counted.take(0, batch(5, 9))), [5, 6, 7, 8]);
  assert.deepEqual(offsets(counted.take(0, batch(5, 9))), []);
  assert.deepEqual(offsets(counted.take(0, batch(7, 11))), [9, 10]);
});

test("partitions are told apart, and a batch without records changes nothing", () => {
  const counted = new CountedRecords();
  counted.take(0, batch(0, 3));
  counted.take(0, []);
  assert.deepEqual(offsets(counted.take(1, batch(0, 2))), [0, 1]);
  assert.deepEqual(offsets(counted.take(0, batch(2, 4))), [3]);
});

test("however often a partition is gone back in, each record counts once", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          back: fc.nat(20),
          length: fc.integer({ min: 1, max: 10 }),
        }),
      ),
      (batches) => {
        const counted = new CountedRecords();
        const taken: number[] = [];
        let at = 0;
        for (const { back, length } of batches) {
          const from = Math.max(0, at - back);
          at = from + length;
          taken.push(...offsets(counted.take(0, batch(from, at))));
        }
        assert.deepEqual(taken, [...new Set(taken)]);
        assert.equal(taken.length, (taken.at(-1) ?? -1) + 1);
      },
    ),
  );
});
