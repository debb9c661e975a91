import assert from "node:assert/strict";
import { test } from "node:test";
import { exampleResult } from "./example_result.ts";
import type { SoakResult } from "./result.ts";
import { failuresOf } from "./judge_soak.ts";

const [first, ...others] = exampleResult().faults;
const { audit } = exampleResult();

const failing: readonly (readonly [string, Partial<SoakResult>, RegExp])[] = [
  [
    "an audit that does not balance",
    {
      audit: audit.kind === "told"
        ? { kind: "told", report: { ...audit.report, balanced: false } }
        : audit,
    },
    /does not balance/,
  ],
  [
    "an audit that says nothing",
    { audit: { kind: "silent", why: "Kafka is away." } },
    /Kafka is away/,
  ],
  [
    "a row too few",
    { events: { accepted: 10, good: 10, rows: 9 } },
    /10 good events were accepted and 9 rows are stored/,
  ],
  [
    "a group that is behind",
    { unfinished: ["persistence"] },
    /Not finished .*: persistence/,
  ],
  [
    "a fault that was not recovered from",
    { faults: first ? [{ ...first, lagAfter: undefined }, ...others] : [] },
    /Fault 1 .* was not recovered from/,
  ],
  [
    "a service that had to be killed",
    {
      faults: first
        ? [
          { ...first, target: "validator", note: "was killed" },
          ...others,
        ]
        : [],
    },
    /Fault 1 .*: validator was killed/,
  ],
  ["a fault that was left out", { faults: others }, /Only 3 of 4 faults/],
  [
    "leaders that mostly stay where they are",
    { plannedElections: 4, elections: [] },
    /Leaders moved only 0 of 4 times/,
  ],
  [
    "memory that grows",
    {
      memory: [{
        service: "intake",
        slope: undefined,
        later: 30,
        verdict: "grows",
      }],
    },
    /The memory of intake grows/,
  ],
  [
    "a service that ended by itself",
    {
      unexpectedEnds: [{ seconds: 61, name: "validator", how: "exit code 70" }],
    },
    /validator ended by itself after 61 s \(exit code 70\)/,
  ],
  [
    "an answer that is neither 202 nor 503",
    { statuses: { "202": 10, "500": 1 } },
    /answered with 500/,
  ],
  ["a run that was stopped", { interrupted: true }, /nothing is proven/],
];

test("a run in which all is as it should be passes", () => {
  assert.deepEqual(failuresOf(exampleResult()), []);
});

for (const [what, change, sentence] of failing) {
  test(`${what} fails the run`, () => {
    const failures = failuresOf(exampleResult(change));
    assert.equal(failures.length, 1);
    assert.match(failures[0] ?? "", sentence);
  });
}
