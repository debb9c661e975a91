import assert from "node:assert/strict";
import { test } from "node:test";
import { lagOf } from "./lag.ts";

const offsets = (...each: [number, number][]) => () =>
  Promise.resolve(new Map(each));

test("lag is what is written and not finished, and so much of it can be read now", async () => {
  const lags = await lagOf({
    groupId: "g",
    topic: "t",
    admin: {
      startOffsets: offsets([0, 0], [1, 100], [2, 100], [3, 100], [4, 0]),
      endOffsets: offsets([0, 10], [1, 100], [2, 150], [3, 150], [4, 7]),
      // An open transaction holds back what lies behind 7 in partition 4.
      highWatermarks: offsets([0, 10], [1, 100], [2, 150], [3, 150], [4, 19]),
      // None yet in partition 1; in 3 it stands before what was deleted.
      positions: offsets([0, 4], [2, 120], [3, 7], [4, 7]),
    },
  });
  assert.deepEqual(
    [...lags].map(([partition, { lag, readable }]) => [
      partition,
      lag,
      readable,
    ]),
    [[0, 6, 6], [1, 0, 0], [2, 30, 30], [3, 50, 50], [4, 12, 0]],
  );
});
