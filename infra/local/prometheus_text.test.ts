import assert from "node:assert/strict";
import { test } from "node:test";
import { sumOf } from "./prometheus_text.ts";

const text = `# HELP requests_total Requests.
# TYPE requests_total counter
requests_total{result="accepted",source="a"} 3
requests_total{result="accepted",source="b"} 4
requests_total{result="refused",source="a"} 9
requests_total_other 50
plain 1.5e3
`;

test("all series of a metric are summed", () => {
  assert.equal(sumOf(text, "requests_total"), 16);
  assert.equal(sumOf(text, "plain"), 1500);
});

test("series without a wanted label are left out", () => {
  assert.equal(sumOf(text, "requests_total", { result: "accepted" }), 7);
  const both = { result: "accepted", source: "b" };
  assert.equal(sumOf(text, "requests_total", both), 4);
});

test("a metric that is not there is undefined, not 0", () => {
  assert.equal(sumOf(text, "requests"), undefined);
});
