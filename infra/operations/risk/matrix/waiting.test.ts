import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Waiting } from "./waiting.ts";

test("what waits comes out in order of its time, and of one time in the order in which it came", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9 })), (times) => {
      const waiting = new Waiting<number>();
      times.forEach((atMs, n) => waiting.add(atMs, n));
      const taken: number[] = [];
      for (let now = 0; now < 10; now++) {
        for (
          let one = waiting.take(now);
          one !== undefined;
          one = waiting.take(now)
        ) {
          assert.equal(times[one], now);
          taken.push(one);
        }
      }
      const expected = [...times.keys()].sort((a, b) =>
        (times[a] ?? 0) - (times[b] ?? 0) || a - b
      );
      assert.deepEqual(taken, expected);
    }),
  );
});
