import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import type { ReceivedRecords } from "#kafka/port.ts";
import { RecordQueue } from "./record_queue.ts";

function received(
  offsets: number[],
  nextOffset: number,
  bytes = 10,
): ReceivedRecords {
  return {
    partition: 0,
    fetchedOffset: offsets[0] ?? nextOffset - 1,
    nextOffset,
    commitOffset: () => Promise.resolve(),
    flow: { pause() {}, resume() {} },
    records: offsets.map((offset) => ({
      topic: "t",
      partition: 0,
      offset,
      timestampMs: 0,
      key: null,
      value: Buffer.alloc(bytes),
      headers: [],
    })),
  };
}

const limits = { maxRecords: 3, maxBytes: 100 };
const shape = (queue: RecordQueue) => {
  const batch = queue.take(limits);
  return batch && [batch.records.map(({ offset }) => offset), batch.nextOffset];
};

test("a batch spans fetches, and reading goes on behind its last record's control records", () => {
  const queue = new RecordQueue();
  queue.add(received([0, 1], 3));
  queue.add(received([3, 4], 6));
  assert.deepEqual(shape(queue), [[0, 1, 3], 4]);
  assert.deepEqual(shape(queue), [[4], 6]);
  assert.equal(shape(queue), undefined);
  assert.equal(queue.bytes, 0);
});

test("a batch keeps to its bytes, and a larger record goes alone", () => {
  const queue = new RecordQueue();
  queue.add(received([0, 1], 2, 60));
  queue.add(received([2], 3, 500));
  assert.deepEqual(shape(queue), [[0], 1]);
  assert.deepEqual(shape(queue), [[1], 2]);
  assert.deepEqual(shape(queue), [[2], 3]);
});

test("a fetch of control records alone moves the position on", () => {
  const queue = new RecordQueue();
  queue.add(received([], 7));
  assert.deepEqual(shape(queue), [[], 7]);
});

test("a batch ends where another leader's records begin, and says in which record batches it begins and ends", () => {
  const mark = (baseOffset: number, leaderEpoch: number) => ({
    baseOffset,
    lastOffset: baseOffset + 1,
    crc: baseOffset,
    leaderEpoch,
  });
  const queue = new RecordQueue();
  queue.add({ ...received([0, 1, 2, 3], 4), marks: [mark(0, 5), mark(2, 5)] });
  queue.add({ ...received([4, 5], 6), marks: [mark(4, 5)] });
  queue.add({ ...received([6, 7], 8), marks: [mark(6, 6)] });
  const five = { maxRecords: 5, maxBytes: 1_000 };
  const batches = [1, 2, 3].map(() => {
    const { firstMark, lastMark, nextOffset } = queue.take(five) ?? {};
    return [firstMark?.crc, lastMark?.crc, nextOffset];
  });
  assert.deepEqual(batches, [[0, 4, 5], [4, 4, 6], [6, 6, 8]]);
});

test("a batch names the record batch in front of where it ends, though a fetch that brought none is passed with it", () => {
  const queue = new RecordQueue();
  const marks = [{ baseOffset: 0, lastOffset: 1, crc: 7, leaderEpoch: 5 }];
  queue.add({ ...received([0, 1], 2), marks });
  queue.add({ ...received([], 2), fetchedOffset: 2, marks: [] });
  const { nextOffset, lastMark } = queue.take(limits) ?? {};
  assert.deepEqual([nextOffset, lastMark?.crc], [2, 7]);
});
