import assert from "node:assert/strict";
import { test } from "node:test";
import { Watchdog } from "./watchdog.ts";

/** A watchdog with a clock of the test's own. */
function watched() {
  const dog = new Watchdog({ unreadyMs: 30_000, exitMs: 120_000 });
  let nowMs = 5_000_000;
  dog.check(nowMs);
  /** Lets seconds pass, with a check in each; what the last one found. */
  const after = (seconds: number, each: () => void = () => {}) => {
    let stall = dog.check(nowMs);
    for (let n = 0; n < seconds; n++) {
      nowMs += 1_000;
      each();
      stall = dog.check(nowMs);
    }
    return stall;
  };
  const sleepThrough = (ms: number) => {
    nowMs += ms;
    return dog.check(nowMs);
  };
  return { dog, after, sleepThrough };
}

test("a partition with lag that nobody attempts is told after 30 s and ends the process after 120 s", () => {
  const { dog, after } = watched();
  dog.assigned([0, 2]);
  dog.lagKnown(new Map([[0, 0], [2, 7]]));
  assert.equal(after(29), undefined);
  assert.deepEqual(
    [after(1)?.sentence, after(0)?.mustExit],
    [
      "partition 2 has stood still for 30 s, though Kafka answers and 7 records wait",
      false,
    ],
  );
  assert.equal(after(89)?.mustExit, false);
  assert.equal(after(1)?.mustExit, true);
});

test("each attempt is movement, and so is the end of one", () => {
  const { dog, after } = watched();
  dog.assigned([0]);
  dog.lagKnown(new Map([[0, 7]]));
  for (let n = 0; n < 20; n++) {
    assert.equal(after(20), undefined);
    dog.attempting(0);
    assert.equal(after(9), undefined);
    dog.idle(0);
  }
  assert.equal(after(30)?.mustExit, false);
  dog.attempting(0);
  assert.equal(after(0), undefined);
});

test("nothing is asked of a partition without lag, of one that waits on purpose, or while Kafka does not answer", () => {
  const { dog, after } = watched();
  dog.assigned([0]);
  dog.lagKnown(new Map([[0, 0]]));
  assert.equal(after(1_000), undefined);
  dog.lagKnown(new Map([[0, 7]]));
  dog.waiting(0);
  assert.equal(after(1_000), undefined);
  dog.idle(0);
  dog.lagUnknown();
  assert.equal(after(1_000), undefined);
  // It has not stood still all that time: it could not move.
  dog.lagKnown(new Map([[0, 7]]));
  assert.equal(after(29), undefined);
  assert.notEqual(after(1), undefined);
});

test("a partition of another member is none of ours", () => {
  const { dog, after } = watched();
  dog.assigned([0]);
  dog.lagKnown(new Map([[0, 0], [1, 7]]));
  dog.attempting(1);
  assert.equal(after(1_000), undefined);
});

test("a slow attempt is no stall, one that hangs is, even while Kafka does not answer", () => {
  const { dog, after } = watched();
  dog.assigned([0]);
  dog.lagUnknown();
  dog.attempting(0);
  assert.equal(after(119), undefined);
  const stall = after(1);
  assert.equal(stall?.mustExit, true);
  assert.match(`${stall?.sentence}`, /an attempt on partition 0 has taken 120/);
});

test("a join that does not end is a stall while records wait, in whosever partitions", () => {
  const { dog, after } = watched();
  dog.lagKnown(new Map([[0, 0], [1, 0]]));
  assert.equal(after(1_000), undefined);
  dog.lagKnown(new Map([[0, 3], [1, 4]]));
  assert.equal(after(29), undefined);
  dog.joining();
  const stall = after(1);
  assert.match(
    `${stall?.sentence}`,
    /joining the group has taken 30 s.* 7 rec/,
  );
  dog.assigned([]);
  assert.equal(after(1_000), undefined);
});

test("a partition that is taken away and given back begins anew", () => {
  const { dog, after } = watched();
  dog.assigned([0]);
  dog.lagKnown(new Map([[0, 7]]));
  after(29);
  dog.joining();
  assert.equal(after(29), undefined);
  dog.assigned([0]);
  assert.equal(after(29), undefined);
  assert.notEqual(after(1), undefined);
});

test("a process that slept is not blamed for it", () => {
  const { dog, after, sleepThrough } = watched();
  dog.assigned([0]);
  dog.lagKnown(new Map([[0, 7]]));
  dog.attempting(0);
  assert.equal(after(100), undefined);
  assert.equal(sleepThrough(600_000), undefined);
  assert.equal(after(14), undefined);
  assert.equal(after(1)?.mustExit, true);
});
