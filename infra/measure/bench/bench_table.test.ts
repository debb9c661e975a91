import assert from "node:assert/strict";
import { test } from "node:test";
import { exampleResult } from "./report/example_result.ts";
import { describeRatio, describeResult, duration } from "./bench_table.ts";

test("a run's figures stand by stage, circumstances and subject", () => {
  const shown = describeResult(exampleResult());
  assert.match(shown, /^INTAKE\n {2}requests per second, more is better$/m);
  assert.match(
    shown,
    /^ {4}64 connections +EventFlow +6,480 +5,962–6,869$/m,
  );
  assert.match(shown, /^ {4}500 events per second +EventFlow +14\.2 ms +/m);
  assert.match(shown, /^ {4}1,000,000 records of backlog +EventFlow +13,800 /m);
});

test("ratios and goals say whether they were reached", () => {
  const shown = describeResult(exampleResult());
  assert.match(shown, / 0\.63 × Go gateway \(.+\), target ≥ 0\.50: reached$/m);
  assert.match(shown, / 1\.74 × Go gateway \(.+\), target ≤ 2\.00: reached$/m);
  assert.match(shown, /: 6\.72 s \(.+\), at most 10 s: reached$/m);
  assert.match(shown, /: 48\.1 ms \(.+\), at most 40 ms: missed$/m);
});

test("what was skipped says why, and how long it took is said", () => {
  const shown = describeResult(exampleResult());
  assert.match(shown, /^ {2}validator, .*exactly once: Java is not installed/m);
  assert.match(shown, /It took 52 min 7 s\.\nPASSED$/);
});

test("a run that fails says why, and that its figures are not a whole run's", () => {
  const shown = describeResult(exampleResult({
    failures: ["All is slow."],
    interrupted: true,
    isQuick: true,
  }));
  assert.match(shown, /FAILURES\n {2}All is slow\.\n/);
  assert.match(shown, /Stopped before its end/);
  assert.match(shown, /A quick run/);
  assert.match(shown, /FAILED$/);
});

test("a run that was stopped has not passed", () => {
  const shown = describeResult(exampleResult({ interrupted: true }));
  assert.match(shown, /STOPPED$/);
});

test("no line is wider than the terminal", () => {
  const long = "word ".repeat(60);
  const shown = describeResult(exampleResult({
    failures: [long],
    skipped: [{ stage: "scale", what: "all", why: long }],
  }));
  for (const line of shown.split("\n")) assert.ok(line.length <= 110, line);
});

test("what was not measured is a dash", () => {
  const { measurements, ratios, goals } = exampleResult();
  const shown = describeResult(exampleResult({
    measurements: measurements.map((one) => ({ ...one, values: [] })),
    ratios: ratios.map((one) => ({ ...one, values: [] })),
    goals: goals.map((one) => ({ ...one, values: [] })),
  }));
  assert.match(
    shown,
    / – × Go gateway \(no rounds\), target ≥ 0\.50: not measured$/m,
  );
  assert.doesNotMatch(shown, /NaN|undefined|Infinity|\[object/);
});

test("a ratio without target says nothing of one", () => {
  const shown = describeRatio({
    stage: "intake",
    figure: "requests per second",
    of: "EventFlow",
    to: "Go gateway",
    better: "more",
    values: [1.1, 1.24, 1.31],
  });
  assert.equal(shown, "1.24 × Go gateway (1.10–1.31)");
});

test("a duration is in seconds, and from a minute on in minutes too", () => {
  assert.equal(duration(59.4), "59 s");
  assert.equal(duration(61), "1 min 1 s");
});
