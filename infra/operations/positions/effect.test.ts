import assert from "node:assert/strict";
import { test } from "node:test";
import { effectOf } from "./effect.ts";
import { parseTarget } from "./target.ts";

/** A group at `at`, in a log of the offsets 10 to 29. */
const effect = (at: number | undefined, to: number, flaw?: string) => {
  const { removed, passedOver, repeated, isCertain } = effectOf({
    group: "g",
    topic: "t",
    partition: 0,
    committed: at === undefined ? undefined : { nextOffset: at, note: "" },
    log: { start: 10, end: 30 },
    flaw,
  }, to);
  const spans = [removed, passedOver, repeated].map((range) =>
    range && [range.from, range.to]
  );
  return [...spans, isCertain];
};

const none = undefined;

test("going forth passes over, going back repeats, staying does neither", () => {
  assert.deepEqual(effect(20, 25), [none, [20, 25], none, true]);
  assert.deepEqual(effect(20, 15), [none, none, [15, 20], true]);
  assert.deepEqual(effect(20, 20), [none, none, none, true]);
});

test("a group without a position is at the start", () => {
  assert.deepEqual(effect(none, 12), [none, [10, 12], none, true]);
});

test("what retention removed is lost, and only what is left can be passed over", () => {
  const flaw = "is before the log's start";
  assert.deepEqual(effect(4, 10, flaw), [[4, 10], none, none, true]);
  assert.deepEqual(effect(4, 12, flaw), [[4, 10], [10, 12], none, true]);
});

test("of a position that is none of this log nothing is certain: all before may be passed over, all behind repeated", () => {
  const flaw = "is past the log's end";
  assert.deepEqual(effect(36, 18, flaw), [none, [10, 18], [18, 30], false]);
  assert.deepEqual(effect(24, 18, flaw), [none, [10, 18], [18, 24], false]);
  assert.deepEqual(effect(36, 10, flaw), [none, none, [10, 30], false]);
});

test("a target is an end of the log, an offset, or a time", () => {
  const nowMs = Date.parse("2026-01-02T00:00:00Z");
  assert.deepEqual(parseTarget("start", nowMs), { kind: "start" });
  assert.deepEqual(parseTarget("end", nowMs), { kind: "end" });
  assert.deepEqual(parseTarget("42", nowMs), { kind: "offset", offset: 42 });
  assert.deepEqual(parseTarget("24h", nowMs), {
    kind: "time",
    timeMs: Date.parse("2026-01-01T00:00:00Z"),
  });
  for (const text of ["", "-1", "1.5", "beginning", "2026-01-01"]) {
    assert.equal(parseTarget(text, nowMs), undefined);
  }
});
