import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { PartitionError } from "#runtime/errors.ts";
import type { ReceivedRecords } from "#kafka/port.ts";
import { Contiguity } from "./contiguity.ts";
import { received } from "#kit/kafka/test_processor.ts";

const reading = (isCompacted = false) =>
  new Contiguity({ topic: "in", partition: 0, isCompacted });

/** A batch without a gap. */
const from = (start: number, end: number): ReceivedRecords =>
  received(...Array.from({ length: end - start }, (_, n) => start + n));

const offsets = (received: ReceivedRecords | undefined) =>
  received?.records.map(({ offset }) => offset);

test("what goes on where reading has got to is taken as it is", () => {
  const one = reading();
  const [first, second] = [from(5, 8), from(8, 9)];
  assert.equal(one.follow(first), first);
  assert.equal(one.follow(second), second);
});

test("what another fetch brought already is dropped, and of what overlaps the rest is left", () => {
  const one = reading();
  one.follow(from(0, 5));
  assert.equal(one.follow(from(0, 5)), undefined);
  assert.equal(one.follow(from(2, 4)), undefined);
  const rest = one.follow(from(3, 8));
  assert.deepEqual(offsets(rest), [5, 6, 7]);
  assert.equal(rest?.fetchedOffset, 5);
  assert.equal(rest?.unreadable, undefined);
  assert.deepEqual(offsets(one.follow(from(8, 9))), [8]);
});

test("what was passed over in reading stops the partition, with its offsets", () => {
  const one = reading();
  one.follow(from(0, 3));
  const stopping = one.follow(from(6, 9));
  assert.deepEqual(offsets(stopping), []);
  assert.equal(stopping?.nextOffset, 3);
  assert.equal(stopping?.unreadable?.reason, "records_missing");
  assert.match(
    `${stopping?.unreadable}`,
    /Offsets 3 to 5 of partition 0 of in were passed over in reading/,
  );
});

test("offsets that the log does not have stop the partition behind those that it has", () => {
  const gaps = [{ partition: 0, from: 2, to: 4 }];
  const holed = { ...received(0, 1, 4, 5), gaps };
  const stopping = reading().follow(holed);
  assert.deepEqual(offsets(stopping), [0, 1]);
  assert.equal(stopping?.nextOffset, 2);
  assert.match(`${stopping?.unreadable}`, /Offsets 2 to 3 of .* are missing/);
  assert.equal(reading(true).follow(holed), holed);
});

test("control records leave no gap, nor does one in front of where reading has got to", () => {
  const one = reading();
  const controlled = { ...received(0, 2), nextOffset: 5 };
  assert.equal(one.follow(controlled), controlled);
  const gaps = [{ partition: 0, from: 1, to: 4 }];
  const overlapping = { ...received(4, 5, 6), fetchedOffset: 0, gaps };
  assert.deepEqual(offsets(one.follow(overlapping)), [5, 6]);
});

for (
  const [what, records] of Object.entries({
    "one twice": [0, 1, 1, 2],
    "one backwards": [0, 1, 0, 2],
    "one past the end": [0, 1, 7, 2],
  })
) {
  test(`records out of order stop the partition behind those in order: ${what}`, () => {
    const disorderly = { ...received(...records), nextOffset: 3 };
    const stopping = reading().follow(disorderly);
    assert.equal(stopping?.nextOffset, 2);
    assert.equal(stopping?.unreadable?.reason, "records_missing");
    assert.ok(offsets(stopping)?.every((offset) => offset < 2));
  });
}

test("an answer that was overtaken says nothing of what cannot be read", () => {
  const one = reading();
  one.follow(from(0, 5));
  const unreadable = new PartitionError("damaged at 3");
  assert.equal(one.follow({ ...from(0, 3), unreadable }), undefined);
});

test("whatever is fetched, what is let through has each offset once and in order", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(20), fc.integer({ min: 1, max: 8 }))),
      (fetches) => {
        const one = reading();
        const seen: number[] = [];
        for (const [start, length] of fetches) {
          const next = one.follow(from(start, start + length));
          seen.push(...offsets(next) ?? []);
          if (next?.unreadable !== undefined) break;
        }
        const first = seen[0] ?? 0;
        assert.deepEqual(seen, seen.map((_, n) => first + n));
      },
    ),
  );
});
