import assert from "node:assert/strict";
import { test } from "node:test";
import { EVENTFLOW, type Measurement } from "../result.ts";
import { commonAt, panelsOf, subjectsOf } from "./panels.ts";
import { rowsOf } from "./rows.ts";

test("the percentiles of a figure are one panel", () => {
  const [panel, ...others] = panelsOf([
    measurement({ figure: "latency p50" }),
    measurement({ figure: "latency p99.9" }),
  ]);
  assert.equal(others.length, 0);
  assert.equal(panel?.figure, "latency");
  assert.deepEqual(panel?.percentiles, ["p50", "p99.9"]);
});

test("a figure is a panel for each number it is measured along", () => {
  const panels = panelsOf([
    measurement({ x: { name: "instances", value: 1 } }),
    measurement({ x: { name: "bytes a body", value: 300 } }),
    measurement({ x: { name: "instances", value: 2 } }),
    measurement({}),
  ]);
  assert.deepEqual(
    panels.map(({ xName, points }) => [xName, points.length]),
    [["instances", 2], ["bytes a body", 1], [undefined, 1]],
  );
});

test("a point is the median of its rounds, the lowest and the highest", () => {
  const [panel] = panelsOf([measurement({ values: [7, 1, 5] })]);
  assert.deepEqual(panel?.points, [
    { subject: EVENTFLOW, median: 5, least: 1, most: 7 },
  ]);
});

test("circumstances in words beside a number are no line of their own", () => {
  const [panel] = panelsOf([
    measurement({ x: { name: "events per second", value: 100 }, at: "calm" }),
    measurement({ x: { name: "events per second", value: 500 }, at: "busy" }),
  ]);
  assert.deepEqual(panel && subjectsOf(panel), [EVENTFLOW]);
});

test("circumstances that are many at one number are lines", () => {
  const x = { name: "instances", value: 1 };
  const [panel] = panelsOf([
    measurement({ x, at: "validator" }),
    measurement({ x, at: "persistence" }),
  ]);
  assert.deepEqual(panel && subjectsOf(panel), [
    "EventFlow, validator",
    "EventFlow, persistence",
  ]);
});

test("what has no values is in no panel", () => {
  assert.deepEqual(panelsOf([measurement({ values: [] })]), []);
});

test("circumstances that all share are no heading", () => {
  const [panel] = panelsOf([
    measurement({ at: "at night" }),
    measurement({ at: "at night", subject: "gateway" }),
  ]);
  assert.ok(panel);
  assert.equal(commonAt(panel), "at night");
  assert.deepEqual(labels(panel), [EVENTFLOW, "gateway"]);
});

test("subjects stand under a heading for each kind of circumstances", () => {
  const [panel] = panelsOf([
    measurement({ at: "at night" }),
    measurement({ at: "at night", subject: "gateway" }),
    measurement({ at: "by day" }),
  ]);
  assert.ok(panel);
  assert.deepEqual(labels(panel), [
    "at night",
    EVENTFLOW,
    "gateway",
    "by day",
    EVENTFLOW,
  ]);
});

test("a subject that is alone has its circumstances for its name", () => {
  const [panel] = panelsOf([
    measurement({ at: "first" }),
    measurement({ at: "second" }),
  ]);
  assert.ok(panel);
  assert.deepEqual(labels(panel), ["first", "second"]);
});

function labels(panel: Parameters<typeof rowsOf>[0]): string[] {
  return rowsOf(panel).map(({ label }) => label);
}

function measurement(change: Partial<Measurement>): Measurement {
  return {
    stage: "scale",
    figure: "records per second",
    unit: "",
    better: "more",
    subject: EVENTFLOW,
    values: [1],
    ...change,
  };
}
