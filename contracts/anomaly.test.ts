import assert from "node:assert/strict";
import { test } from "node:test";
import { Anomaly } from "./anomaly.ts";

const opened = {
  state: "opened",
  anomaly_id: "volume-down@stripe@2026-01-02T03:04:00.000Z",
  signal: "volume",
  series: "volume",
  direction: "down",
  level: "provider",
  segment: { provider: "stripe" },
  since: "2026-01-02T03:00:00.000Z",
  raised_at: "2026-01-02T03:05:15.000Z",
  closed_at: null,
  closed_because: null,
  expected: 31.2,
  observed: 2,
  evidence: { nats: 24.1, threshold: 10.3, minutes: 5, exposure: 5 },
  money_affected: { EUR: 1_460.21 },
  detector: { version: 1, false_alarms_per_week: 0.5, grace_ms: 15_000 },
  counts_offset: 4_711,
};

test("an anomaly says what, where, since when and by how much", () => {
  assert.deepEqual(Anomaly.parse(opened), opened);
});

test("one that is closed says when and why", () => {
  const closed = {
    ...opened,
    state: "closed",
    closed_at: "2026-01-02T05:36:15.000Z",
    closed_because: "recovered",
  };
  assert.deepEqual(Anomaly.parse(closed), closed);
});

test("what a later version says beside is kept", () => {
  assert.deepEqual(Anomaly.parse({ ...opened, cause: "x" }), {
    ...opened,
    cause: "x",
  });
});

test("a signal or a level that nobody knows is none", () => {
  assert.ok(!Anomaly.safeParse({ ...opened, signal: "mood" }).success);
  assert.ok(!Anomaly.safeParse({ ...opened, level: "planet" }).success);
});
