import assert from "node:assert/strict";
import { test } from "node:test";
import { PartitionError } from "#runtime/errors.ts";
import type { ReadBatch } from "./port.ts";
import { readToTheEnd } from "./read_to_the_end.ts";

const whole: ReadBatch = { partition: 0, records: [], gaps: [], nextOffset: 5 };
const damaged: ReadBatch = {
  ...whole,
  nextOffset: 7,
  unreadable: new PartitionError("It is damaged"),
};

function reading(...batches: readonly ReadBatch[]) {
  const kafka = {
    async *read() {
      yield* batches;
    },
  };
  const ranges = [{ partition: 0, from: 0, to: 9 }];
  return readToTheEnd(kafka, { topic: "topic", ranges });
}

test("all is read if all can be", async () => {
  assert.deepEqual(await Array.fromAsync(reading(whole, whole)), [
    whole,
    whole,
  ]);
});

test("what lies in front of a place that cannot be read is given, and then it is told", async () => {
  const given: ReadBatch[] = [];
  await assert.rejects(async () => {
    for await (const batch of reading(whole, damaged, whole)) given.push(batch);
  }, damaged.unreadable);
  assert.deepEqual(given, [whole, damaged]);
});
