import assert from "node:assert/strict";
import { test } from "node:test";
import { exampleResult } from "../example_result.ts";
import { renderReport } from "./page.ts";
import {
  assertClean,
  assertFollowsMode,
  assertWhole,
} from "#kit/report/test_page.ts";

test("a report shows every chart, and no figure that is none", async () => {
  const page = await renderReport(exampleResult());
  assert.equal(page.match(/<svg /g)?.length, 6);
  assertClean(page);
});

test("a report on three brokers names them, and how often their leaders moved", async () => {
  const page = await renderReport(exampleResult({ brokers: 3 }));
  assert.match(page, /kafka-1, kafka-2, kafka-3/);
  assert.match(page, /leaders moved/);
  assert.match(page, /<td>events\.raw\.v1<\/td>/);
  assertClean(page);
  assert.doesNotMatch(
    await renderReport(exampleResult()),
    /kafka-1|[Ll]eaders/,
  );
});

test("a run that was stopped before anything happened has a report too", async () => {
  const page = await renderReport(exampleResult({
    interrupted: true,
    faults: [],
    samples: [],
    memory: [],
    events: { accepted: 0, good: 0, rows: undefined },
    audit: { kind: "silent", why: "The run was stopped." },
    failures: ["The run was stopped before its time: nothing is proven."],
  }));
  assert.match(page, /nothing is proven/);
  assertClean(page);
});

test("a fault that was not recovered from is shown as such", async () => {
  const { faults } = exampleResult();
  const page = await renderReport(exampleResult({
    faults: faults.map((fault) => ({
      ...fault,
      endedSeconds: undefined,
      acceptedAfter: undefined,
      lagAfter: undefined,
    })),
  }));
  assert.match(page, /<td>never<\/td>/);
  assertClean(page);
});

test("what is not the report's own is escaped", async () => {
  const page = await renderReport(exampleResult({
    command: "deno task soak --report <b>.html",
  }));
  assert.match(page, /--report &lt;b&gt;\.html/);
});

test("a report needs nothing beside it", async () => {
  assertWhole(await renderReport(exampleResult()));
});

test("every colour follows the reader's mode", async () => {
  assertFollowsMode(await renderReport(exampleResult()));
});
