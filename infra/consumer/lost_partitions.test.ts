import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { LostPartitions } from "./lost_partitions.ts";

function setUp() {
  const passed: (() => void)[] = [];
  const reasons: string[] = [];
  const lost = new LostPartitions({
    rejoin: (reason) => reasons.push(reason),
    wait: () => new Promise((resolve) => passed.push(resolve)),
  });
  const passTime = async () => {
    for (const pass of passed.splice(0)) pass();
    await setImmediate();
  };
  return { lost, reasons, passTime };
}

test("the group is joined anew where a lost partition is still given to the member", async () => {
  const { lost, reasons, passTime } = setUp();
  lost.await(2);
  assert.deepEqual(reasons, []);
  await passTime();
  assert.deepEqual(reasons, [
    "Partition 2 was lost, and the group still says that it is ours",
  ]);
});

test("a join that follows by itself is enough", async () => {
  const { lost, reasons, passTime } = setUp();
  lost.await(2);
  lost.forget(2);
  await passTime();
  assert.deepEqual(reasons, []);
});

test("a partition that is lost again is waited for anew", async () => {
  const { lost, reasons, passTime } = setUp();
  lost.await(2);
  lost.await(2);
  await passTime();
  assert.equal(reasons.length, 1);
});
