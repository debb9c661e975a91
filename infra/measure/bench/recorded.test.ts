import assert from "node:assert/strict";
import { test } from "node:test";
import { readRecorded, recordRatios } from "./recorded.ts";
import { EVENTFLOW, type Ratio } from "./result.ts";

test("the file in the repository can be read", async () => {
  assert.ok(Array.isArray(await readRecorded()));
});

test("a run's medians are recorded to three digits", () => {
  const recorded = recordRatios([], [
    ratio({ values: [0.51239, 0.9, 0.1], at: "64 connections", target: 1 }),
    ratio({ values: [] }),
  ]);
  assert.deepEqual(recorded, [{
    ...identity,
    at: "64 connections",
    median: 0.512,
  }]);
});

test("latencies are not recorded", () => {
  const latency = ratio({ figure: "latency p99", values: [1] });
  assert.deepEqual(recordRatios([], [latency]), []);
});

test("what a run has not measured stays as it was recorded", () => {
  const other = { ...identity, stage: "validator", median: 2 } as const;
  const before = [other, { ...identity, median: 1 }];
  const recorded = recordRatios(before, [ratio({ values: [3] })]);
  assert.deepEqual(recorded, [{ ...identity, median: 3 }, other]);
});

const identity = {
  stage: "intake",
  figure: "requests per second",
  of: EVENTFLOW,
  to: "Go gateway",
} as const;

function ratio(change: Partial<Ratio>): Ratio {
  return { ...identity, better: "more", values: [], ...change };
}
