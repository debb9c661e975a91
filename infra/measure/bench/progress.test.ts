import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { doneOf, Progress, recordsPerSecond } from "./progress.ts";

test("only what was finished between two looks counts, in the time between them", () => {
  const first = { ms: 5_000, done: 60_000 };
  assert.equal(recordsPerSecond(first, { ms: 7_500, done: 560_000 }), 200_000);
});

test("a backlog that is finished at the first look is no measurement", () => {
  const look = { ms: 5_000, done: 60_000 };
  assert.throws(
    () => recordsPerSecond(look, look),
    /all 60000 records were finished at the first look/,
  );
});

test("a partition that was never committed counts as unread", () => {
  const ends = new Map([[0, 10], [1, 20], [2, 0]]);
  assert.equal(doneOf(new Map(), ends), 0);
  assert.equal(doneOf(new Map([[1, 7]]), ends), 7);
});

test("all is done exactly where every position is at its end", () => {
  const offset = fc.nat(1_000_000);
  fc.assert(
    fc.property(fc.array(fc.tuple(offset, offset)), (partitions) => {
      const ends = new Map(partitions.map(([end], id) => [id, end]));
      const positions = new Map(partitions.map(([, at], id) => [id, at]));
      assert.equal(
        doneOf(positions, ends) === doneOf(ends, ends),
        partitions.every(([end, at]) => at >= end),
      );
    }),
  );
});

test("the look that sees enough is returned, and a moment of silence changes nothing", async () => {
  const progress = progressOf([0, 3, undefined, 12, 20]);
  assert.equal((await progress.until(10)).done, 12);
  assert.equal((await progress.until(20)).done, 20);
});

test("enough is not enough while a condition does not hold", async () => {
  const progress = progressOf([5, 6, 7]);
  let asked = 0;
  const { done } = await progress.until(
    5,
    () => Promise.resolve(++asked === 3),
  );
  assert.equal(done, 7);
});

test("a consumer that does not move is given up, with what it said last", async () => {
  const progress = progressOf([4], { giveUpAfterMs: 5 });
  await assert.rejects(
    progress.until(10),
    /Waited 0.005 s in vain until more than 4 records were finished, of 10: it is tired/,
  );
});

test("a wait ends when it is stopped", async () => {
  const stopping = AbortSignal.abort(new Error("stopped"));
  await assert.rejects(progressOf([4], { stopping }).until(10), /stopped/);
});

/** @param looks what is seen at each; the last one from then on */
function progressOf(
  looks: readonly (number | undefined)[],
  { giveUpAfterMs = 10_000, stopping = new AbortController().signal } = {},
): Progress {
  let index = 0;
  return new Progress({
    finished: () => Promise.resolve(looks[Math.min(index++, looks.length - 1)]),
    everyMs: 0,
    giveUpAfterMs,
    explain: () => Promise.resolve("it is tired"),
    stopping,
  });
}
