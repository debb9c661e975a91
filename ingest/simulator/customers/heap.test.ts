import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { DueHeap } from "./heap.ts";

test("the earliest comes first, and of the same moment what was added first", () => {
  fc.assert(fc.property(fc.array(fc.nat(20)), (moments) => {
    const heap = new DueHeap<readonly [number, number]>();
    moments.forEach((atMs, nth) => heap.add(atMs, [atMs, nth]));
    const taken = [];
    while (heap.size > 0) {
      const { nextMs } = heap;
      const one = heap.take();
      assert.equal(one?.[0], nextMs);
      taken.push(one);
    }
    assert.equal(heap.nextMs, Infinity);
    assert.equal(heap.take(), undefined);
    assert.deepEqual(
      taken,
      moments.map((atMs, nth) => [atMs, nth] as const)
        .toSorted(([a, n], [b, m]) => a - b || n - m),
    );
  }));
});
