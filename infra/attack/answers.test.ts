import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Answer,
  countStatuses,
  describeStatuses,
  latencyOf,
} from "./answers.ts";

const answers: readonly Answer[] = [
  { status: 0, ms: 15_000 },
  ...Array.from({ length: 98 }, (_, index) => ({ status: 202, ms: index + 1 })),
  { status: 503, ms: 99 },
];

test("statuses are told by how often they came, and a missing answer as such", () => {
  const counts = countStatuses(answers);
  assert.equal(
    describeStatuses(counts),
    "98 × 202, 1 × no answer, 1 × 503",
  );
});

test("percentiles are of all answers, those that never came among them", () => {
  const { p50, p99, max } = latencyOf(answers);
  assert.deepEqual([p50, p99, max], [50, 99, 15_000]);
});
