import assert from "node:assert/strict";
import { test } from "node:test";
import { chartFiles, explanation } from "./charts.ts";
import { exampleResult } from "./example_result.ts";
import { panelsOf } from "./panels.ts";

test("there is a file for every chart of throughput, latency and scale", () => {
  assert.deepEqual(chartFiles(exampleResult()).map(({ name }) => name), [
    "intake-requests-per-second.svg",
    "intake-latency.svg",
    "validator-records-per-second.svg",
    "analytics-records-per-second.svg",
    "persistence-rows-per-second.svg",
    "end-to-end-latency-by-events-per-second.svg",
    "scale-records-per-second-by-instances.svg",
    "scale-records-per-second-by-records-of-backlog.svg",
    "scale-records-per-second-by-bytes-a-body.svg",
    "scale-records-per-second-by-distinct-payments.svg",
  ]);
});

test("a file has its colours and its background within it", () => {
  for (const { svg } of chartFiles(exampleResult())) {
    assert.match(svg, /^<svg [^>]*xmlns="[^>]*>\n<rect [^>]*fill="#ffffff"/);
    assert.doesNotMatch(svg, /var\(|inherit|NaN|undefined|Infinity/);
  }
});

test("a file says what it shows", () => {
  const [first] = chartFiles(exampleResult());
  assert.match(first?.svg ?? "", /Intake: requests per second/);
  assert.match(first?.svg ?? "", /64 connections; more is better\. Bars are/);
});

test("EventFlow has one colour in all charts, and nobody else has it beside EventFlow", () => {
  const [throughput] = chartFiles(exampleResult());
  const bars = throughput?.svg.matchAll(/<path d="[^"]*" fill="(#\w{6})"/g);
  assert.deepEqual([...bars ?? []].map(([, fill]) => fill), [
    "#2563c9",
    "#d9600a",
    "#0f8f7e",
  ]);
});

test("a chart of one round does not speak of rounds around it", () => {
  const [panel] = panelsOf(exampleResult().measurements);
  assert.ok(panel);
  assert.equal(
    explanation(panel, 1),
    "64 connections; more is better. Bars are of one round.",
  );
});
