import assert from "node:assert/strict";
import { test } from "node:test";
import { type Answer, describeAnswers, latencyOf } from "./answers.ts";

const answers: readonly Answer[] = [
  { status: 0, ms: 15_000, why: "The server hung up" },
  ...Array.from({ length: 98 }, (_, index) => ({ status: 202, ms: index + 1 })),
  { status: 503, ms: 99 },
];

test("answers are told by how often they came, and a missing one with the reason", () => {
  assert.equal(
    describeAnswers(answers),
    "98 × 202, 1 × no answer (The server hung up), 1 × 503",
  );
});

test("percentiles are of all answers, those that never came among them", () => {
  const { p50, p99, max } = latencyOf(answers);
  assert.deepEqual([p50, p99, max], [50, 99, 15_000]);
});
