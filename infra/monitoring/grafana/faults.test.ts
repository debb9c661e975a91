import assert from "node:assert/strict";
import { test } from "node:test";
import { type Answered, faultsOf, stillAtZero } from "./faults.ts";

test("a query that has data and numbers has no fault", () => {
  assert.deepEqual(faultsOf([answered([[0, 1]]), answered([[], [2]])]), []);
});

test("a query without data is named with its dashboard and panel", () => {
  assert.deepEqual(faultsOf([answered([]), answered([[]])]), [
    "Board / Panel / legend (up) has no data",
    "Board / Panel / legend (up) has no data",
  ]);
});

test("a query that is no number at any moment is named, with the series", () => {
  for (const value of [NaN, Infinity]) {
    assert.deepEqual(faultsOf([answered([[1], [0, value, 0]])]), [
      `Board / Panel / legend (up) is no number at {"series":"1"}`,
    ]);
  }
});

test("a query that Prometheus does not take is named with what it says", () => {
  const found = new Error("parse error");
  assert.deepEqual(faultsOf([{ ...answered([]), found }]), [
    "Board / Panel / legend (up) is not a query: parse error",
  ]);
});

test("a query that finds 0 alone is still at zero", () => {
  const [zero, some] = [answered([[0, 0]]), answered([[0], [0, 1]])];
  assert.deepEqual(stillAtZero([zero, some]), [zero]);
});

/** @param values of each series */
function answered(values: readonly number[][]): Answered {
  return {
    dashboard: "Board",
    panel: "Panel",
    legend: "legend",
    expr: "up",
    isInstant: false,
    found: values.map((some, index) => ({
      labels: { series: String(index) },
      values: some,
    })),
  };
}
