import assert from "node:assert/strict";
import { test } from "node:test";
import { countFact } from "./count_fact.ts";
import { Detector } from "./detector.ts";
import { MinuteQueue } from "./minute_queue.ts";
import { keyOf, pathOf } from "./segment.ts";

const TIME = "2026-01-02T03:04:05Z";

/** What whoever signs may call itself. */
const names = [
  "constructor",
  "__proto__",
  "toString",
  // Half of its last character is beyond what is kept of a name.
  `${"a".repeat(63)}\u{1f4b3}`,
  "\ud83d",
  "a/b%2f",
];

function judged(source: string): Detector {
  const queue = new MinuteQueue();
  const detector = new Detector();
  const minute = Date.parse(TIME) / 60_000;
  for (const currency of ["EUR", source]) {
    const counted = countFact({
      event_type: "payment.authorized.v1",
      source,
      timestamp: TIME,
      payload: { amount: 5, currency },
    });
    assert.ok(counted);
    queue.add(counted.minute, counted.path, counted.counts);
  }
  for (const { minute: one, counts } of queue.take(Math.floor(minute) + 1)) {
    detector.judge(one, counts);
  }
  return detector;
}

test("whoever sends is a segment of its own, whatever it calls itself", () => {
  const before = Object.getOwnPropertyNames(Object.prototype).sort();
  for (const source of names) {
    const { state } = judged(source);
    const read: typeof state = JSON.parse(JSON.stringify(state));
    const its = Object.values(read.nodes).find(({ path }) => path.length === 1);
    assert.equal(its?.days[0], 2, JSON.stringify(source));
  }
  assert.deepEqual(Object.getOwnPropertyNames(Object.prototype).sort(), before);
});

test("a key is unlike what every object has, and can be read back", () => {
  const plain: Record<string, unknown> = {};
  for (const name of names.filter((one) => one.isWellFormed())) {
    assert.equal(plain[keyOf([name])], undefined);
    assert.deepEqual(pathOf(keyOf([name, "default"])), [name, "default"]);
  }
});
