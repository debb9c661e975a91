// What a lane does when its partition cannot go on, though others can.
import assert from "node:assert/strict";
import { test } from "node:test";
import { PartitionError } from "../../errors.ts";
import { batch, lane } from "./test_lane.ts";

const unreadable = new PartitionError("offset 3 is damaged");

test("what comes before the unreadable is settled, then the partition stops and asks for no more", async () => {
  const { lane: one, told, idle } = lane({});
  const last = { ...batch(0, 1, 2), unreadable };
  one.accept(last);
  one.accept(batch(3, 4));
  await idle;
  assert.deepEqual(told, [
    "taken 2",
    "settled to 1",
    "taken 1",
    "settled to 2",
    "stopped: PartitionError: offset 3 is damaged",
  ]);
  assert.deepEqual(last.flows, ["pause"]);
});

test("a stopped partition takes up nothing, and is let go of as any other", async () => {
  const { lane: one, told, idle } = lane({
    settle: () => Promise.reject(new PartitionError("passed over")),
  });
  const first = batch(0, 1, 2);
  one.accept(first);
  await idle;
  one.accept(batch(3, 9));
  await one.end();
  assert.deepEqual(told, [
    "taken 2",
    "stopped: PartitionError: passed over",
    "ended",
  ]);
  assert.equal(first.flows.at(-1), "pause");
});

test("fetching is not resumed in front of the unreadable, however little waits", async () => {
  const { lane: one, idle } = lane({});
  const last = { ...batch(0, 1, 2, 3, 4), unreadable };
  one.accept(last);
  await idle;
  assert.ok(!last.flows.includes("resume"));
});

test("an unreadable batch that has nothing before it stops the partition", async () => {
  const { lane: one, told, idle } = lane({});
  one.accept({
    ...batch(),
    fetchedOffset: 3,
    nextOffset: 3,
    unreadable,
  });
  await idle;
  assert.equal(told.at(-1), "stopped: PartitionError: offset 3 is damaged");
});
