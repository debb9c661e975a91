// What a processor does when its partition cannot go on, though others can.
import assert from "node:assert/strict";
import { test } from "node:test";
import { PartitionError } from "#runtime/errors.ts";
import { Contiguity } from "./contiguity.ts";
import { processor, received } from "#kit/kafka/test_processor.ts";

const unreadable = new PartitionError("offset 3 is damaged");

test("what comes before the unreadable is committed, then the partition stops and asks for no more", async () => {
  const { processor: one, told, idle } = processor({});
  const last = { ...received(0, 1, 2), unreadable };
  one.accept(last);
  one.accept(received(3, 4));
  await idle;
  assert.deepEqual(told, [
    "taken 2",
    "committed to 1",
    "taken 1",
    "committed to 2",
    "stopped: PartitionError: offset 3 is damaged",
  ]);
  assert.deepEqual(last.flows, ["pause"]);
});

test("a stopped partition takes up nothing, and is let go of as any other", async () => {
  const { processor: one, told, idle } = processor({
    commit: () => Promise.reject(new PartitionError("passed over")),
  });
  const first = received(0, 1, 2);
  one.accept(first);
  await idle;
  one.accept(received(3, 9));
  await one.end();
  assert.deepEqual(told, [
    "taken 2",
    "stopped: PartitionError: passed over",
    "ended",
  ]);
  assert.equal(first.flows.at(-1), "pause");
});

test("fetching is not resumed in front of the unreadable, however little waits", async () => {
  const { processor: one, idle } = processor({});
  const last = { ...received(0, 1, 2, 3, 4), unreadable };
  one.accept(last);
  await idle;
  assert.ok(!last.flows.includes("resume"));
});

test("an unreadable batch that has nothing before it stops the partition", async () => {
  const { processor: one, told, idle } = processor({});
  one.accept({
    ...received(),
    fetchedOffset: 3,
    nextOffset: 3,
    unreadable,
  });
  await idle;
  assert.equal(told.at(-1), "stopped: PartitionError: offset 3 is damaged");
});

const contiguity = () =>
  new Contiguity({ topic: "in", partition: 0, isCompacted: false });

test("what two fetches brought is worked on once", async () => {
  const { processor: one, told, idle } = processor({
    contiguity: contiguity(),
    maxRecords: 10,
  });
  one.accept(received(7, 8));
  one.accept(received(7, 8));
  one.accept(received(9));
  await idle;
  assert.deepEqual(told, ["taken 3", "committed to 9"]);
});

test("what comes behind a gap is not worked on, and the partition stops", async () => {
  const { processor: one, told, idle } = processor({
    contiguity: contiguity(),
    maxRecords: 10,
  });
  one.accept(received(0, 1, 2));
  one.accept(received(6, 7, 8));
  await idle;
  assert.deepEqual(told.slice(0, 2), ["taken 3", "committed to 2"]);
  assert.match(`${told.at(-1)}`, /^stopped: PartitionError: Offsets 3 to 5 /);
});

test("a position that is none of this log stops the partition before anything is fetched, and fetching with the first batch", async () => {
  const { processor: one, told, idle } = processor({
    verify: () => Promise.reject(new PartitionError("past the end")),
  });
  await idle;
  const first = received(0);
  one.accept(first);
  assert.deepEqual(first.flows, ["pause"]);
  await one.end();
  assert.deepEqual(told, ["stopped: PartitionError: past the end", "ended"]);
});
