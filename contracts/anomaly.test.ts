import assert from "node:assert/strict";
import { test } from "node:test";
import { closedAnomaly, openedAnomaly } from "#kit/anomalies.ts";
import { Anomaly } from "./anomaly.ts";

const opened = openedAnomaly(
  "volume-down@stripe@2026-01-02T03:04:00.000Z",
  "stripe",
);

test("an anomaly says what, where, since when and by how much", () => {
  assert.deepEqual(Anomaly.parse(opened), opened);
});

test("one that is closed says when and why", () => {
  const closed = closedAnomaly(
    "volume-down@stripe@2026-01-02T03:04:00.000Z",
    "stripe",
  );
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
