import type { Outcome } from "./step.ts";

export type Verdict = {
  readonly passed: number;
  /** Failed tests, and one for each other step that failed. */
  readonly failed: number;
  readonly failedSteps: readonly string[];
};

/**
 * Judges all steps. `passed` counts tests; a step that failed always counts, the tests' own too if
 * it names no failed test, so `failed` is 0 only if everything passed.
 *
 * @param testStep name of the step whose output ends in `N passed, N failed`
 */
export function judge(
  outcomes: readonly Outcome[],
  testStep: string,
): Verdict {
  let passed = 0;
  let failed = 0;
  for (const { name, ok, output } of outcomes) {
    const counted = name === testStep ? readCounts(output) : undefined;
    passed += counted?.passed ?? 0;
    failed += counted?.failed || (ok ? 0 : 1);
  }
  // Without a closing line nobody knows whether any test was run.
  const tests = outcomes.find(({ name }) => name === testStep);
  const isSilent = tests?.ok && readCounts(tests.output) === undefined;
  const failedSteps = outcomes
    .filter(({ name, ok }) => !ok || (name === testStep && isSilent))
    .map(({ name }) => name);
  return { passed, failed: isSilent ? failed + 1 : failed, failedSteps };
}

function readCounts(output: string) {
  const closing = output.trimEnd().split("\n").at(-1) ?? "";
  const counts = /^(\d+) passed, (\d+) failed$/.exec(closing);
  return counts === null
    ? undefined
    : { passed: Number(counts[1]), failed: Number(counts[2]) };
}
