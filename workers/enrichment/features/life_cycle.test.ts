import assert from "node:assert/strict";
import { test } from "node:test";
import type { Fact } from "../history/fact.ts";
import { lifeCycleOf } from "./life_cycle.ts";

test("a payment that is taken and given back in parts is in order", () => {
  const life = lifeCycleOf([
    fact({ kind: "authorized", minor: 1_000 }),
    fact({ kind: "captured", minor: 600, part: 1 }),
    fact({ kind: "captured", minor: 400, part: 2 }),
    fact({ kind: "refunded", minor: 1_000, part: 3 }),
  ], "EUR");
  assert.deepEqual(life, {
    authorized: 1_000,
    captured: 1_000,
    refunded: 1_000,
    breaches: [],
  });
});

test("more is taken than was authorised", () => {
  const { breaches } = lifeCycleOf([
    fact({ kind: "authorized", minor: 1_000 }),
    fact({ kind: "captured", minor: 1_001, part: 1 }),
  ], "EUR");
  assert.deepEqual(breaches, ["captured_more_than_authorized"]);
});

test("more is given back than was taken", () => {
  const { breaches } = lifeCycleOf([
    fact({ kind: "authorized", minor: 1_000 }),
    fact({ kind: "captured", minor: 500, part: 1 }),
    fact({ kind: "refunded", minor: 600, part: 2 }),
  ], "EUR");
  assert.deepEqual(breaches, ["refunded_more_than_captured"]);
});

test("a capture that failed afterwards does not count", () => {
  const { captured, breaches } = lifeCycleOf([
    fact({ kind: "authorized", minor: 1_000 }),
    fact({ kind: "captured", minor: 1_000, part: 1 }),
    fact({ kind: "undone", minor: 1_000, part: 1 }),
    fact({ kind: "captured", minor: 1_000, part: 2 }),
  ], "EUR");
  assert.deepEqual([captured, breaches], [1_000, []]);
});

test("a capture nobody told the authorisation of is no breach", () => {
  const { breaches } = lifeCycleOf(
    [fact({ kind: "captured", minor: 5, part: 1 })],
    "EUR",
  );
  assert.deepEqual(breaches, []);
});

test("facts in two currencies are said to be", () => {
  const { breaches } = lifeCycleOf([
    fact({ kind: "authorized", minor: 1_000 }),
    fact({ kind: "captured", minor: 1_000, part: 1, currency: "USD" }),
  ], "USD");
  assert.deepEqual(breaches, ["currencies_differ"]);
});

let count = 0;

function fact(of: Partial<Fact>): Fact {
  return {
    payment: "payment:test:1",
    id: ++count,
    version: 1,
    kind: "authorized",
    atMs: 0,
    currency: "EUR",
    minor: 0,
    customer: undefined,
    instrument: undefined,
    merchant: undefined,
    order: undefined,
    part: 0,
    isFraud: false,
    ...of,
  };
}
