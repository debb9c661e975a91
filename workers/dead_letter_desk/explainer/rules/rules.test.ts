import assert from "node:assert/strict";
import { test } from "node:test";
import { errorCodes } from "#contracts/error_codes.ts";
import { describeLetters } from "../describe_letters.ts";
import { explained } from "./rules.ts";

test("every code of a letter is told in words, and none of an unknown one is made up", () => {
  for (const code of [...Object.keys(errorCodes), "toString"]) {
    const { cluster } = describeLetters({
      service: "validator-service",
      code,
      provider: null,
      issues: [],
      events: [],
    });
    const { cause, patch } = explained(cluster);
    assert.ok(cause.length > 20, code);
    assert.equal(patch, null);
  }
});

test("a mistake beside one that is known leaves both to a person", () => {
  const { cluster } = describeLetters({
    service: "validator-service",
    code: "contract_violation",
    provider: null,
    issues: [
      { path: "payload.currency", message: "must be three upper-case letters" },
      { path: "payload.amount", message: "must be greater than 0" },
    ],
    events: [{ payload: { currency: "usd", amount: 0 } }],
  });
  const { cause, patch } = explained(cluster);
  assert.equal(patch, null);
  assert.match(cause, /three capital letters/);
  assert.match(cause, /payload.amount/);
});

test("refusals and anomalies are told by their own words", () => {
  const { cause } = explained({
    kind: "refused",
    provider: "stripe",
    cause: "body_altered",
    detail: [],
  });
  assert.match(cause, /between sender and intake/);
  const segment = { provider: "stripe" };
  const of = (signal: string) =>
    explained({
      kind: "anomaly",
      signal,
      segment,
      since: "2026-11-26T09:00:00Z",
      expected: 9,
      observed: 1,
      evidence: {},
    });
  assert.match(of("approval").cause, /approved/);
  assert.ok(of("something_new").confidence < 0.5);
});
