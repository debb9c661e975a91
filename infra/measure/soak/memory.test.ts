import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "#kit/random.ts";
import {
  fitSlope,
  judgeLives,
  livesOf,
  medianSlope,
  type Point,
} from "./memory.ts";
import type { Sample } from "./sample.ts";

const MB = 1e6;
const bound = { bound: 20, seconds: 120 };

test("a known slope is recovered from lives of different levels and lengths", () => {
  fc.assert(fc.property(
    fc.double({ min: -500, max: 500, noNaN: true }),
    fc.array(
      fc.record({
        level: fc.integer({ min: 20, max: 500 }),
        begin: fc.integer({ min: 0, max: 3000 }),
        length: fc.integer({ min: 60, max: 900 }),
      }),
      { minLength: 1, maxLength: 6 },
    ),
    (perHour, lives) => {
      const slope = fitSlope(
        lives.map(({ level, begin, length }) =>
          life(length, (second) => level + perHour * second / 3600, begin)
        ),
      );
      assert.ok(Math.abs((slope?.perHour ?? NaN) - perHour) < 0.01);
    },
  ));
});

test("a step at either end does not tilt the median slope, and a restart is none", () => {
  const steps = (second: number) => second < 60 || second >= 840 ? 40 : 100;
  assert.equal(medianSlope([life(900, steps), life(900, () => 20)]), 0);
  const rising = life(900, (second) => steps(second) + second / 60);
  assert.ok(Math.abs(medianSlope([rising]) - 60) < 1);
});

test("a restart to a lower level is no shrinking", () => {
  const slope = fitSlope([
    life(300, () => 200),
    life(300, () => 80, 300),
  ]);
  assert.equal(slope?.perHour, 0);
  assert.equal(slope.lives, 2);
});

test("a sawtooth of collections around a level is flat", () => {
  const lives = [life(1740, (second) => 100 + (second % 47) / 4)];
  assert.equal(judgeLives(lives, bound).verdict, "flat");
});

test("flat noise that wanders as memory does is flat in all but a few of a hundred runs", () => {
  let flat = 0;
  for (let seed = 1; seed <= 100; seed++) {
    const random = new Random(seed);
    let level = 0;
    const slope = fitSlope([
      life(1740, () => {
        level = 0.97 * level + (random.next() - 0.5) * 2;
        return 100 + level;
      }),
    ]);
    if (Math.abs(slope?.perHour ?? NaN) <= 2 * (slope?.standardError ?? NaN)) {
      flat++;
    }
  }
  assert.ok(flat >= 85, `${flat} of 100`);
});

test("a leak under the sawtooth is seen", () => {
  const lives = [
    life(1740, (second) => 100 + (second % 47) / 4 + 60 * second / 3600),
  ];
  assert.equal(judgeLives(lives, bound).verdict, "grows");
});

// Minutes of an intake at 109 events a second, from its sixth on: collected whole after four, risen for ten, then at rest.
const settling = [138, 138, 138, 138, 124, 133, 133, 134, 141, 144, 144, 144]
  .concat([137, 143, 144, 145, 146, 145, 146, 146, 146, 146, 146, 146, 147]);
const settled = (second: number) => settling[Math.floor(second / 60)] ?? 147;

test("a heap that has settled is flat although a line through its life rises", () => {
  const { slope, verdict } = judgeLives([life(1500, settled)], bound);
  assert.ok((slope?.perHour ?? 0) > bound.bound);
  assert.equal(verdict, "flat");
});

test("a leak under a heap that settles is seen", () => {
  const lives = [
    life(1500, (second) => settled(second) + 60 * second / 3600),
    life(300, (second) => 90 + 60 * second / 3600),
  ];
  assert.equal(judgeLives(lives, bound).verdict, "grows");
});

// Minutes of persistence, from its sixth on: its heap is collected whole every six minutes.
const collected = [112, 100, 103, 107, 110, 111, 113, 117, 119, 122, 125, 126]
  .concat([111, 112, 117, 120, 122, 124, 113, 114, 119, 122, 126, 130])
  .concat([114, 115, 117]);
const sawtooth = (second: number) => collected[Math.floor(second / 60)] ?? 117;
/** Of its instances that were killed before a second collection. */
const killed = [104, 105, 111, 115, 120, 123, 127, 131];

test("a heap that falls back to its floor every few minutes is flat, though every short life of it rises", () => {
  const { slope, verdict } = judgeLives([
    life(1620, sawtooth),
    life(480, (second) => killed[Math.floor(second / 60)] ?? 131),
  ], bound);
  assert.ok((slope?.perHour ?? 0) > bound.bound);
  assert.equal(verdict, "flat");
});

test("a leak under a heap that falls back to its floor is seen", () => {
  const lives = [
    life(1620, (second) => sawtooth(second) + 60 * second / 3600),
  ];
  assert.equal(judgeLives(lives, bound).verdict, "grows");
});

test("growth within the bound is flat, and a short run tells nothing", () => {
  const growing = (seconds: number) =>
    judgeLives([life(seconds, (second) => 100 + 15 * second / 3600)], bound)
      .verdict;
  assert.equal(growing(600), "flat");
  assert.equal(growing(100), "too short to tell");
  assert.equal(judgeLives([], bound).verdict, "too short to tell");
});

test("a life is one process of one instance, without its warm-up", () => {
  const samples = Array.from({ length: 200 }, (_, seconds): Sample => ({
    seconds,
    accepted: 0,
    rows: 0,
    groups: undefined,
    processes: {
      "validator": { pid: seconds < 100 ? 1 : 2, bytes: 1 },
      "validator-2": { pid: 3, bytes: 1 },
      "intake": { pid: 4, bytes: 1 },
    },
  }));
  const lives = livesOf("validator", samples, 60);
  assert.deepEqual(lives.map((life) => [life[0]?.seconds, life.length]), [
    [60, 40],
    [60, 140],
    [160, 40],
  ]);
});

function life(
  length: number,
  megabytesAt: (second: number) => number,
  begin = 0,
): Point[] {
  return Array.from({ length }, (_, second) => ({
    seconds: begin + second,
    bytes: megabytesAt(second) * MB,
  }));
}
