import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Records } from "#contracts/desk_action.ts";
import {
  countOf,
  type Position,
  positionsHash,
  rangesIn,
  rangesOf,
  recordsOf,
} from "./offsets.ts";

const position = fc.record({
  partition: fc.nat({ max: 3 }),
  offset: fc.nat({ max: 60 }),
}, { noNullPrototype: true });
const positions = fc.uniqueArray(position, {
  selector: ({ partition, offset }) => `${partition}/${offset}`,
  minLength: 1,
  maxLength: 120,
});
const sorted = (all: readonly Position[]) =>
  all.toSorted((a, b) => a.partition - b.partition || a.offset - b.offset);

test("ranges have each position once, whatever the order they came in, and no more ranges than needed", () => {
  fc.assert(fc.property(positions, (all) => {
    const ranges = rangesOf(all);
    const again = ranges.flatMap(({ partition, first, last }) =>
      Array.from(
        { length: last - first + 1 },
        (_, n) => ({ partition, offset: first + n }),
      )
    );
    assert.deepEqual(again, sorted(all));
    assert.equal(countOf(ranges), all.length);
    ranges.forEach(({ partition, first }, n) => {
      const before = ranges[n - 1];
      assert.ok(before?.partition !== partition || first > before.last + 1);
    });
    assert.deepEqual(rangesOf([...all, ...all]), ranges, "or twice");
  }));
});

test("what an action names is read back from it, and is as the contract has it", () => {
  fc.assert(fc.property(positions, (all) => {
    const ranges = rangesOf(all);
    const records = Records.parse(recordsOf("dlq", ranges));
    assert.deepEqual(rangesIn(records), ranges);
  }));
});

test("a hash is of these positions of this topic and of no others", () => {
  const hash = (topic: string, all: readonly Position[]) =>
    positionsHash(topic, rangesOf(all));
  fc.assert(fc.property(positions, position, (all, one) => {
    const its = hash("dlq", all);
    assert.equal(hash("dlq", all.toReversed()), its);
    assert.notEqual(hash("other", all), its);
    const has = all.some(({ partition, offset }) =>
      partition === one.partition && offset === one.offset
    );
    assert.equal(hash("dlq", [...all, one]) === its, has);
    assert.notEqual(hash("dlq", all.slice(1)), its);
  }));
});
