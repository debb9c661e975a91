import assert from "node:assert/strict";
import { test } from "node:test";
import { exampleResult } from "../soak/example_result.ts";
import { type Evidence, faultsIn } from "./judge.ts";

const { audit } = exampleResult();

/** Of ten webhooks nine were facts, of which the bug had refused one. */
const good: Evidence = {
  webhooks: 10,
  job: { state: "done", selected: 10, sent: 10, passed: 9, dead_again: 1 },
  storedWithBug: 8,
  versions: {
    facts: 9,
    ofOthers: 0,
    superseded: 8,
    supersededFacts: 8,
    wereWrong: 7,
  },
  facts: {
    replayed: { count: 9, text: "ab" },
    withoutBug: { count: 9, text: "ab" },
  },
  corrections: 9,
  tables: [{ name: "events", rows: 9, expected: 9, differing: 0, named: [] }],
  audit,
};

test("there is no fault if all is as it is without the bug", () => {
  assert.deepEqual(faultsIn(good), []);
});

const { versions, job, facts } = good;
const broken: readonly (readonly [string, Partial<Evidence>, RegExp])[] = [
  [
    "a bug that made nothing wrong proves nothing",
    { versions: { ...versions, wereWrong: 0 } },
    /has made 0 of 8: nothing is proven/,
  ],
  [
    "a fact of another version is a fault",
    { versions: { ...versions, ofOthers: 1 } },
    /1 of 9 facts are not of the right mapping's version/,
  ],
  [
    "a superseded row that is not kept is a fault",
    { versions: { ...versions, superseded: 7, supersededFacts: 7 } },
    /kept once, and there are 7, of 7 facts/,
  ],
  [
    "a superseded row that is kept twice is a fault",
    { versions: { ...versions, superseded: 9 } },
    /kept once, and there are 9, of 8 facts/,
  ],
  [
    "a job that is not done is a fault",
    { job: { ...job, state: "paused" } },
    /"state":"paused"/,
  ],
  [
    "a webhook that was not sent is a fault",
    { job: { ...job, sent: 9, passed: 8 } },
    /must have sent each of 10/,
  ],
  [
    "facts that are others are a fault, if they are as many too",
    { facts: { ...facts, replayed: { count: 9, text: "cd" } } },
    /made 9 facts \(cd\), and without the bug there are 9 \(ab\)/,
  ],
  [
    "corrections that were not counted are a fault",
    { corrections: 8 },
    /counted 9 corrections, and it has counted 8/,
  ],
  [
    "a row that differs is a fault, and is named",
    {
      tables: [{
        name: "payments",
        rows: 9,
        expected: 9,
        differing: 1,
        named: ["pay_1 says something else"],
      }],
    },
    /payments has 9 rows, 9 without the bug, and differs in 1: pay_1 says/,
  ],
  [
    "an audit that says nothing is a fault",
    { audit: { kind: "silent", why: "Kafka is away." } },
    /^Kafka is away\.$/,
  ],
  [
    "an audit that does not balance is a fault",
    {
      audit: audit.kind === "silent" ? audit : {
        kind: "told",
        report: { ...audit.report, balanced: false },
      },
    },
    /The audit does not balance/,
  ],
];

for (const [claim, change, sentence] of broken) {
  test(claim, () => {
    const found = faultsIn({ ...good, ...change });
    assert.equal(found.length, 1, found.join("\n"));
    assert.match(found[0] ?? "", sentence);
  });
}
