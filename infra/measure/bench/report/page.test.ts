import assert from "node:assert/strict";
import { test } from "node:test";
import { exampleResult } from "./example_result.ts";
import { renderReport } from "./page.ts";
import {
  assertClean,
  assertFollowsMode,
  assertWhole,
} from "#kit/report/test_page.ts";

test("a report shows a chart and a table for every figure, and no figure that is none", async () => {
  const page = await renderReport(exampleResult());
  assert.equal(page.match(/<svg /g)?.length, 14);
  assert.equal(page.match(/<table/g)?.length, 14);
  assertClean(page);
});

test("ratios and goals stand at the top with their target, and whether it was reached", async () => {
  const page = await renderReport(exampleResult());
  assert.match(page, /6 of 8 targets reached/);
  assert.match(page, /<span class="good-text">target ≥ 0\.50: reached/);
  assert.match(page, /<span class="bad-text">target ≥ 0\.90: missed/);
  assert.match(page, /<span class="bad-text">at most 40 ms: missed/);
});

test("a report says how a stage was measured, and what was skipped", async () => {
  const page = await renderReport(exampleResult());
  assert.match(page, /Signed webhooks of 1 kB/);
  assert.match(page, /Skipped: Kafka Streams, exactly once\. Java is not/);
});

test("a run that failed says why, and that its figures are not a whole run's", async () => {
  const page = await renderReport(exampleResult({
    failures: ["All is slow."],
    interrupted: true,
    isQuick: true,
  }));
  assert.match(page, /<span class="verdict bad">failed/);
  assert.match(page, /All is slow\./);
  assert.match(page, /Stopped before its end/);
  assert.match(page, /A quick run/);
});

test("a run that was stopped before anything was measured has a report too", async () => {
  const { ratios, goals, measurements } = exampleResult();
  const page = await renderReport(exampleResult({
    measurements: measurements.map((one) => ({ ...one, values: [] })),
    ratios: ratios.map((one) => ({ ...one, values: [] })),
    goals: goals.map((one) => ({ ...one, values: [] })),
    methods: {},
  }));
  assert.match(page, /<span class="neutral-text">target ≥ 0\.50: not measured/);
  assert.doesNotMatch(page, /<svg /);
  assertClean(page);
});

test("a figure of 0 in every round is shown as such", async () => {
  const { measurements } = exampleResult();
  const page = await renderReport(exampleResult({
    measurements: measurements.map((one) => ({ ...one, values: [0, 0] })),
  }));
  assert.equal(page.match(/<svg /g)?.length, 14);
  assertClean(page);
});

test("what is not the report's own is escaped", async () => {
  const { measurements } = exampleResult();
  const page = await renderReport(exampleResult({
    command: "deno task bench --report <b>.html",
    failures: ["<i>"],
    measurements: measurements.map((one) => ({
      ...one,
      subject: `${one.subject} <u>`,
    })),
  }));
  assert.match(page, /--report &lt;b&gt;\.html/);
  assert.match(page, /&lt;i&gt;/);
  assert.match(page, /Go gateway &lt;u&gt;/);
  assert.doesNotMatch(page, /<u>/);
});

test("a report needs nothing beside it", async () => {
  assertWhole(await renderReport(exampleResult()));
});

test("every colour follows the reader's mode", async () => {
  assertFollowsMode(await renderReport(exampleResult()));
});
