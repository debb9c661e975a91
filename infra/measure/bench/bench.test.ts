import assert from "node:assert/strict";
import { test } from "node:test";
import { type Figure, Recorder } from "./bench.ts";
import { EVENTFLOW } from "./result.ts";

test("the values of a figure stand together, in the order of the rounds", () => {
  const record = new Recorder();
  for (const value of [3, 1, 2]) record.add(figure(), value);
  assert.deepEqual(record.end().measurements, [
    { ...figure(), values: [3, 1, 2] },
  ]);
});

test("a figure is another one with another subject or under other circumstances", () => {
  const record = new Recorder();
  const others: Partial<Figure>[] = [
    {},
    { stage: "scale" },
    { figure: "latency p99" },
    { subject: "gateway" },
    { at: "64 connections" },
    { x: { name: "instances", value: 2 } },
    { x: { name: "instances", value: 4 } },
    { x: { name: "bytes a body", value: 2 } },
  ];
  for (const other of [...others, ...others]) record.add(figure(other), 1);
  assert.equal(record.end().measurements.length, others.length);
});

test("a ratio is told where both sides were measured", () => {
  const record = new Recorder();
  record.add(figure(), 3);
  record.add(figure({ subject: "gateway" }), 2);
  for (const to of ["gateway", "missing"]) {
    record.compare({
      stage: "intake",
      figure: "requests per second",
      of: EVENTFLOW,
      to,
      target: 1,
    });
  }
  const { ratios } = record.end();
  assert.deepEqual(ratios.map(({ to, values }) => [to, values]), [
    ["gateway", [1.5]],
  ]);
});

test("a goal is judged by the figure under the circumstances that it names", () => {
  const record = new Recorder();
  const named = figure({ x: { name: "events per second", value: 1_000 } });
  record.add(named, 5);
  record.add(figure({ x: { name: "events per second", value: 100 } }), 7);
  const goal = {
    stage: "intake",
    figure: named.figure,
    subject: EVENTFLOW,
    at: "1,000 events per second",
    atMost: 6,
  } as const;
  record.aim(goal);
  record.aim({ ...goal, at: "2,000 events per second" });
  assert.deepEqual(record.end().goals, [{ ...goal, unit: "ms", values: [5] }]);
});

test("what was skipped is told", () => {
  const record = new Recorder();
  const skipped = {
    stage: "intake",
    what: "Go gateway",
    why: "No Go.",
  } as const;
  record.skip(skipped);
  assert.deepEqual(record.end().skipped, [skipped]);
});

function figure(change: Partial<Figure> = {}): Figure {
  return {
    stage: "intake",
    figure: "requests per second",
    unit: "ms",
    better: "more",
    subject: EVENTFLOW,
    ...change,
  };
}
