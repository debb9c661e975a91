import assert from "node:assert/strict";
import { test } from "node:test";
import { type Counts, noCounts } from "./counts.ts";
import { Detector, type MinuteCounts } from "./detector.ts";
import { MinuteQueue } from "./minute_queue.ts";
import { keyOf, type Path } from "./segment.ts";
import { MINUTES_PER_DAY } from "./slots.ts";

const payments = (count: number): Counts => ({
  ...noCounts(),
  of: { payments: count, facts: count },
});

const EUR = ["EUR", "card visa"];

test("more segments than may wait count with all of their minute", () => {
  const queue = new MinuteQueue(undefined, 3);
  for (let n = 0; n < 10; n++) {
    queue.add(n % 2, ["stripe", `account ${n}`, ...EUR], payments(1));
  }
  const waiting = queue.waiting();
  assert.equal(waiting.filter(({ path }) => path.length > 0).length, 3);
  const sum = waiting.reduce(
    (sum, { counts }) => sum + (counts.of.payments ?? 0),
    0,
  );
  assert.equal(sum, 10);
});

test("a queue that was written and read keeps apart what it kept apart before", () => {
  const queue = new MinuteQueue(undefined, 3);
  for (let n = 0; n < 10; n++) {
    queue.add(n % 2, ["stripe", `account ${n}`, ...EUR], payments(1));
  }
  const read = new MinuteQueue(undefined, 3);
  for (const { minute, path, counts } of queue.waiting()) {
    read.add(minute, path, counts);
  }
  assert.deepEqual(read.waiting(), queue.waiting());
});

test("minutes that were taken make room for segments again", () => {
  const queue = new MinuteQueue(0, 2);
  for (let minute = 0; minute < 5; minute++) {
    for (const account of ["a", "b", "c"]) {
      queue.add(minute, ["stripe", account, ...EUR], payments(1));
    }
    for (const { counts } of queue.take(minute + 1)) {
      assert.deepEqual([...counts.values()].map(({ path }) => path.length), [
        4,
        4,
        0,
      ]);
    }
  }
});

test("a sender with ever new accounts does not keep a later one from being watched", () => {
  const detector = new Detector();
  const minute = (at: number, paths: readonly Path[]) => {
    const counts: MinuteCounts = new Map(
      paths.map((path) => [keyOf(path), { path, counts: payments(1) }]),
    );
    detector.judge(at, counts);
  };
  const later = ["adyen", "default", ...EUR];
  for (let at = 0; at < MINUTES_PER_DAY; at++) {
    minute(at, [["stripe", `account ${at}`, ...EUR]]);
  }
  minute(MINUTES_PER_DAY - 1, [later]);
  assert.ok(!Object.keys(detector.state.nodes).includes("adyen"));
  for (let at = MINUTES_PER_DAY; at < 2 * MINUTES_PER_DAY; at++) {
    minute(at, [later, ["stripe", `account ${at}`, ...EUR]]);
  }
  assert.equal(detector.state.nodes.adyen?.isActive, true);
  assert.ok(Object.keys(detector.state.nodes).length <= 160);
});
