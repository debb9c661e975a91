import assert from "node:assert/strict";
import { test } from "node:test";
import { lagOf } from "./lag.ts";

const offsets = (...each: [number, number][]) => () =>
  Promise.resolve(new Map(each));

test("lag is what can still be read and is not finished", async () => {
  const lags = await lagOf({
    groupId: "g",
    topic: "t",
    admin: {
      startOffsets: offsets([0, 0], [1, 100], [2, 100], [3, 100]),
      endOffsets: offsets([0, 10], [1, 100], [2, 150], [3, 150]),
      // None yet in partition 1; in 3 it stands before what was deleted.
      positions: offsets([0, 4], [2, 120], [3, 7]),
    },
  });
  assert.deepEqual([...lags], [[0, 6], [1, 0], [2, 30], [3, 50]]);
});
