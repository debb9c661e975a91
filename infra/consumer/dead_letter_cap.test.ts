import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { DeadLetterCap } from "./dead_letter_cap.ts";

function capOf(perMinute: number) {
  const time = { ms: 0 };
  const cap = new DeadLetterCap({ perMinute, clock: () => time.ms });
  return { time, cap };
}

test("a minute's worth goes at once, a batch may owe, and what is owed is waited for", () => {
  const { time, cap } = capOf(60);
  assert.equal(cap.take(59), 0);
  assert.equal(cap.take(11), 0);
  assert.equal(cap.take(1), 10_001);
  time.ms = 10_000;
  assert.equal(cap.take(1), 1);
  time.ms = 10_001;
  assert.equal(cap.take(1), 0);
});

test("an hour without dead letters saves up no more than a minute's worth", () => {
  const { time, cap } = capOf(60);
  time.ms = 3_600_000;
  assert.equal(cap.take(61), 0);
  assert.equal(cap.take(1), 1_001);
});

test("what has no dead letters never waits, and 0 is no cap", () => {
  const { cap } = capOf(1);
  assert.equal(cap.take(500), 0);
  assert.equal(cap.take(0), 0);
  const without = capOf(0);
  for (let n = 0; n < 10; n++) assert.equal(without.cap.take(1_000_000), 0);
});

test("in no minute more than twice the cap and a batch go, and each wait is long enough", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10_000 }),
      fc.array(
        fc.tuple(
          fc.integer({ min: 1, max: 500 }),
          fc.integer({ min: 0, max: 30_000 }),
        ),
        { maxLength: 100 },
      ),
      (perMinute, batches) => {
        const { time, cap } = capOf(perMinute);
        const gone: { at: number; count: number }[] = [];
        for (const [count, idleMs] of batches) {
          time.ms += idleMs;
          const delayMs = cap.take(count);
          time.ms += delayMs;
          if (delayMs > 0) assert.equal(cap.take(count), 0);
          gone.push({ at: time.ms, count });
        }
        for (const { at } of gone) {
          const minute = gone.filter((one) =>
            one.at > at - 60_000 && one.at <= at
          ).map(({ count }) => count);
          const sum = minute.reduce((total, count) => total + count, 0);
          assert.ok(sum <= 2 * perMinute + Math.max(...minute), `${sum}`);
        }
      },
    ),
  );
});
