import assert from "node:assert/strict";
import { test } from "node:test";
import type { Outcome } from "./step.ts";
import { judge } from "./test_counts.ts";

const step = (name: string, ok = true): Outcome => ({
  name,
  ok,
  seconds: 1,
  output: `what ${name} said`,
});
const tests = (output: string, ok = true): Outcome => ({
  name: "tests",
  ok,
  seconds: 1,
  output,
});

test("tests that pass after steps that pass leave nothing failed", () => {
  assert.deepEqual(
    judge([step("lint"), tests("…\n12 passed, 0 failed\n")], "tests"),
    { passed: 12, failed: 0, failedSteps: [] },
  );
});

test("each step that failed counts beside the failed tests", () => {
  const outcomes = [
    step("format", false),
    step("lint"),
    step("layers", false),
    tests("10 passed, 2 failed", false),
  ];
  assert.deepEqual(judge(outcomes, "tests"), {
    passed: 10,
    failed: 4,
    failedSteps: ["format", "layers", "tests"],
  });
});

test("tests that end badly with no failed test count as one failure", () => {
  assert.deepEqual(judge([tests("12 passed, 0 failed", false)], "tests"), {
    passed: 12,
    failed: 1,
    failedSteps: ["tests"],
  });
});

test("tests that say nothing at their end count as a failure, however they end", () => {
  for (const ok of [true, false]) {
    const silent = tests("3 passed, 0 failed\nand then it broke", ok);
    assert.deepEqual(judge([silent], "tests"), {
      passed: 0,
      failed: 1,
      failedSteps: ["tests"],
    });
  }
});
